import ArgumentParser
import QuenchDiagnostics
import QuenchManagers

/// `quench hot start`.
struct HotStartCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start those instances of the hot set, and of what it retains, that do not run, with the data they have.",
    discussion: """
      They run what they ran before, also after the machine was started anew. `quench hot stop` is what stops them.

      EXIT STATUS
        0 all of them run · 3 one could not be started, or there is no kept hot set
      """)

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let manager = try await Workspace(global, console: console).manager()
    let count = try await manager.start { console.progress("waiting for \($0)") }
    console.result(count == 0 ? "nothing to do: all instances run" : "started \(count.counting("instance"))")
    try console.show(try await manager.status())
    return .passed
  }
}
