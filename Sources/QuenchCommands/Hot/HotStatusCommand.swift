import ArgumentParser
import QuenchDiagnostics
import QuenchManagers

/// `quench hot status`.
struct HotStatusCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the hot set's instances and how each is, asked now.",
    discussion: "Exit status 0 when all are healthy, 1 when one is not, 3 when there is no kept hot set.")

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    guard let status = try await workspace.manager().status() else { throw HotpointManager.noSet }
    try console.show(status)
    return status.isHealthy ? .passed : .failed
  }
}
