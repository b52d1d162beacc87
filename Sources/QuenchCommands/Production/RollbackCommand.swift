import ArgumentParser
import Foundation
import QuenchControl
import QuenchDiagnostics
import QuenchGit
import QuenchManagers

/// `quench rollback`.
struct RollbackCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Move production back, at once where the build before is still up.",
    discussion: """
      Without a revision it goes to what was live before; a promotion that is under way is aborted first. Asked again it \
      changes nothing and says so: --further goes one more back. A build that was live before is not held against the \
      gate again; one that never was is.

      EXAMPLES
        quench rollback
        quench rollback v1.3
        quench rollback --further

      EXIT STATUS
        0 production is there · 1 refused ·
        3 nobody serves, or there is nothing to go back to
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The revision to go back to; what was live before when left out.")
  var revision: String?

  @Flag(help: "Go one further back than the last rollback did.")
  var further = false

  @Flag(help: "Go back although a promotion between had --no-way-back.")
  var force = false

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let target = if let revision { try await workspace.repository.resolve(revision) } else { Revision?.none }
    let client = try await workspace.controlClient()
    let view = PromotionView(console: console)
    var isAnnounced = false
    let document = try await client.rollback(
      RollbackOrder(revision: target?.id.description, actor: Actor.name, further: further, force: force)
    ) { progress in
      if !isAnnounced, let revision = try? await workspace.repository.resolve(progress.revision) {
        isAnnounced = true
        console.progress(
          "\(console.errorStyle.bold("rollback")) to \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))  "
            + "(\(revision.commitTime.formatted(.iso8601)))")
      }
      view.show(progress)
      return true
    }
    guard let document else { return .error }
    return try view.conclude(document)
  }
}

/// `quench cold rollback`: `quench rollback` under another name.
struct ColdRollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: RollbackCommand.configuration.abstract,
    discussion: RollbackCommand.configuration.discussion)

  @OptionGroup var same: RollbackCommand

  func run() async throws { try await same.run() }
}
