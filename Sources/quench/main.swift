import CLaunch
import Foundation
import QuenchCommands

// `quench launch` forks, so it runs before anything has started a thread.
if CommandLine.arguments.dropFirst().first == "launch" {
  exit(quench_launch_main(CommandLine.argc, CommandLine.unsafeArgv))
}
await QuenchCommand.run()
