import Foundation
import Synchronization

/// What is run when this process ends.
enum AtExit {
  private static let commands = Mutex<[(program: QuenchProgram, arguments: [String])]>([])

  private static let isRegistered: Void = {
    atexit {
      for command in AtExit.commands.withLock({ $0 }) {
        let process = command.program.start(command.arguments + ["--quiet"])
        process.standardOutput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { continue }
        process.waitUntilExit()
      }
    }
  }()

  /// Has a command run then, by a process that is waited for.
  static func run(_ program: QuenchProgram, _ arguments: [String]) {
    _ = isRegistered
    commands.withLock { $0.append((program, arguments)) }
  }
}
