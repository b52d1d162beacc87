import ArgumentParser
import QuenchDiagnostics
import QuenchManagers

/// `quench hot stop`.
struct HotStopCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop the hot set's instances; their data stay.",
    discussion: """
      Earlier builds that are retained for a rollback are stopped too. `quench hot start` starts the set again.

      EXAMPLES
        quench hot stop             until the next quench hot start
        quench hot stop --remove    for good
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Remove the instances with their data, so that no hot set is kept any more.")
  var remove = false

  func perform(_ console: Console) async throws -> ExitStatus {
    let manager = try await Workspace(global, console: console).manager()
    let count = try await manager.stop(removing: remove) { console.progress("waiting for \($0)") }
    console.result("\(remove ? "removed" : "stopped") \(count.counting("instance"))")
    if !remove {
      try console.show(try await manager.status())
    } else {
      try console.document(HotStatusDocument(nil))
    }
    return .passed
  }
}
