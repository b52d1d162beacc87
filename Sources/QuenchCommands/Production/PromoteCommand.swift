import ArgumentParser
import QuenchConfiguration
import QuenchControl
import QuenchDiagnostics
import QuenchGit
import QuenchLedger
import QuenchManagers
import QuenchProcesses

/// `quench promote`.
struct PromoteCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Move production to a revision whose build has passed, without one failed request.",
    discussion: """
      The gate asks for a passing verdict of each suite on the very bytes that are promoted. Then a new set is started \
      beside the live one, traffic goes over when it is healthy, and the set before stays up for a rollback. While the \
      new set bakes, more failures or slower answers than before bring traffic back by themselves.

      Ctrl-C aborts: production goes back to where it was.

      EXAMPLES
        quench promote main
        quench promote v1.4 --wait --bake 5m
        quench promote v1.5 --no-way-back "orders get a new column"

      EXIT STATUS
        0 promoted · 1 refused by the gate, or reverted ·
        3 nobody serves, or serve ended meanwhile · 130 interrupted, and aborted
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision: String

  @Flag(help: "Wait for a promotion that is under way, instead of being refused.")
  var wait = false

  @Flag(help: "Return when the gate has let it pass; see quench status --watch.")
  var detach = false

  @Option(help: ArgumentHelp("Watch the new set for so long, instead of what cold.bake says.", valueName: "duration"))
  var bake: LengthOfTime?

  @Option(
    help: ArgumentHelp(
      "Never roll this promotion back by itself, because of what the reason says; going back takes --force.",
      valueName: "reason"))
  var noWayBack: String?

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let target = try await workspace.repository.resolve(revision)
    let client = try await workspace.controlClient()
    let view = PromotionView(console: console)
    console.progress(
      "\(console.errorStyle.bold("promote")) \(target.id.abbreviated)  \(target.subject.printable.cut(to: 60))")
    let order = PromotionOrder(
      revision: target.id.description, actor: Actor.name, noWayBack: noWayBack, bakeSeconds: bake?.duration.seconds,
      waits: wait)
    do {
      let document = try await client.promote(order) { progress in
        view.show(progress)
        return !(detach && progress.event == .ended && progress.step == .gated)
      }
      guard let document else {
        console.result("\(target.id.abbreviated) is on its way; next: quench status --watch")
        return .passed
      }
      return try view.conclude(document)
    } catch let error as CancellationError {
      try await abort(with: client, console: console)
      throw error
    }
  }

  /// Has the promotion undone, although the task is cancelled.
  private func abort(with client: ControlClient, console: Console) async throws {
    console.progress("aborting; production goes back to where it was")
    _ = try await Task {
      try await client.abort(ReasonedOrder(actor: Actor.name, reason: "interrupted"))
    }.value
  }
}

/// `quench cold deploy`: `quench promote` under another name.
struct ColdDeployCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy", abstract: PromoteCommand.configuration.abstract,
    discussion: PromoteCommand.configuration.discussion)

  @OptionGroup var same: PromoteCommand

  func run() async throws { try await same.run() }
}
