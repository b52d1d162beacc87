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
        QUENCH_TOKEN=… quench rollback --to https://production.example:8443

      EXIT STATUS
        0 production is there · 1 refused ·
        3 nobody serves, or there is nothing to go back to ·
        130 interrupted, while the rollback goes on
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup(title: "Another Host") var remote: RemoteOptions

  @Argument(help: "The revision to go back to; what was live before when left out.")
  var revision: String?

  @Flag(help: "Go one further back than the last rollback did.")
  var further = false

  @Flag(help: "Go back although a promotion between had --no-way-back.")
  var force = false

  func perform(_ console: Console) async throws -> ExitStatus {
    // Production first: all that is needed is the way to whoever looks after it.
    let location = try Location(global)
    let target = if let revision { try await location.repository.resolve(revision) } else { Revision?.none }
    let client: ControlClient
    if remote.to == nil, let direct = try location.controlClient() {
      client = direct
    } else {
      client = try await Workspace(global, console: console).controlClient(remote)
    }
    if let target { show(target, console) }
    let view = PromotionView(console: console)
    let order = RollbackOrder(
      revision: target?.id.description, actor: Actor.name, further: further, force: force)
    let document: PromotionDocument?
    do {
      document = try await client.rollback(order) { progress in
        // What comes before that is of the promotion that is aborted first.
        if target == nil, progress.event == .requested,
          let revision = try? await location.repository.resolve(progress.revision)
        {
          show(revision, console)
        }
        view.show(progress)
        return true
      }
    } catch is CancellationError {
      // Whoever only has enough of waiting does not want the bad build back.
      throw InterruptionError(stopped: false, goesOn: "the rollback goes on: quench status --watch")
    }
    guard let document else { return .error }
    let status = try view.conclude(document)
    // Every command ends what a killed one left behind; this one last.
    _ = try? await Workspace(global, console: console)
    return status
  }

  /// Says which commit production goes back to, before anything moves.
  private func show(_ revision: Revision, _ console: Console) {
    console.progress(
      "\(console.errorStyle.bold("rollback")) to \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))  "
        + "(committed \(revision.commitTime.ago()))")
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
