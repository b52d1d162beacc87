import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchManagers
import QuenchProcesses
import QuenchState
import SystemPackage

/// `quench hot ready`, which the other commands start in the background when they leave a build retained.
struct HotReadyCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "ready", abstract: "Put what the hot set retains back to its baseline, for a rollback at once.",
    shouldDisplay: false)

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    try await Workspace(global, console: console).manager().readyRetained()
    return .passed
  }
}

extension Workspace {
  /// Has what is retained put back to its baseline by a process of its own, which nobody has to wait for.
  ///
  /// It is a convenience alone: whoever goes back to a build that is not ready puts it back first.
  func startReadyingRetained(of status: HotStatus) {
    guard status.retained.contains(where: { !$0.isRestored && $0.isHealthy }) else { return }
    var arguments = [launcher.executable.string, "hot", "ready", "--quiet", "--repository", options.repository]
    if let config = options.config { arguments += ["--config", config] }
    var launch = Launch(
      arguments: arguments, environment: ProcessInfo.processInfo.environment,
      workingDirectory: FilePath(FileManager.default.currentDirectoryPath))
    launch.leavesDescendants = true
    try? launcher.startUnattended(launch, log: state.logs.appending("hot-ready.log"))
  }
}
