import ArgumentParser
import QuenchDiagnostics
import QuenchGit
import QuenchManagers

/// `quench hot rollback`.
struct HotRollbackCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "rollback",
    abstract: "Roll the hot set back, artifact and data, to an earlier revision.",
    discussion: """
      Without a revision it goes to the build before. A build that is retained takes over at once; another one is \
      started from the store, or built first. Its data are as they were at its baseline.

      EXAMPLES
        quench hot rollback
        quench hot rollback v1.4
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The revision to go back to; the one before when left out.")
  var revision: String?

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let target = if let revision { try await workspace.repository.resolve(revision) } else { Revision?.none }
    let move: HotMove
    switch try await workspace.manager().rollback(
      to: target?.id.description, onWait: { console.progress("waiting for \($0)") })
    {
    case .done(let done): move = done
    case .mustDeploy(let name): move = try await workspace.deployHot(name, console: console)
    }
    try await workspace.conclude(move, console: console)
    return .passed
  }
}
