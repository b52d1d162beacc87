import ArgumentParser
import QuenchConfiguration
import QuenchControl
import QuenchDiagnostics
import QuenchGit
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import QuenchReports

/// `quench promote`.
struct PromoteCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Move production to a revision whose build has passed, without one failed request.",
    discussion: """
      The gate asks for a passing verdict of each suite on the very bytes that are promoted. Then a new set is started \
      beside the live one, traffic goes over when it is healthy, and the set before stays up for a rollback. While the \
      new set bakes, more failures or slower answers than before bring traffic back by themselves.

      Ctrl-C aborts: production goes back to where it was, and a promotion that waits for its turn gives it up. --abort \
      does the same from anywhere else, to the promotion under way or to the one whose number is named; quench status \
      shows the numbers.

      EXAMPLES
        quench promote main
        quench promote v1.4 --wait --bake 5m
        quench promote v1.5 --no-way-back "orders get a new column"
        quench promote --abort
        quench promote --abort 12

      ON ANOTHER HOST
      With --to, evidence and, where it lacks it, the artifact are brought there first; an upload that broke off goes on \
      where it was. The gate of that host decides, and its clone fetches the commit from its own remote.
        QUENCH_TOKEN=… quench promote v1.4 --to https://production.example:8443

      AGAINST THE GATE
      With --override, what the gate refuses is promoted all the same, and so is what a freeze would stop. It has to have \
      been built by quench verify, whatever that came to. Status, history, events, metrics and the signed decision tell of \
      it. From another host it takes a token that is good for override, too.
        quench promote hotfix --override "checkout is down, and the tests with it"

      EXIT STATUS
        0 promoted, or aborted as asked ·
        1 refused by the gate, or reverted; too late to be aborted; frozen because
          the new set does worse and has no way back ·
        3 nobody serves, serve ended meanwhile, or nothing is there to abort ·
        130 interrupted, and aborted
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup(title: "Another Host") var remote: RemoteOptions

  @Argument(help: "Any revision git knows; with --abort the number of a promotion, or nothing.")
  var revision: String?

  @Flag(help: "Abort a promotion, instead of making one.")
  var abort = false

  @Flag(help: "Wait for a promotion that is under way, instead of being refused.")
  var wait = false

  @Flag(help: "Return when the gate has let it pass; see quench status --watch.")
  var detach = false

  @Option(
    help: ArgumentHelp("Watch the new set for so long, instead of what cold.bake says.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var bake: LengthOfTime?

  @Option(
    help: ArgumentHelp(
      "Never roll this promotion back by itself, because of what the reason says; going back takes --force.",
      valueName: "reason"))
  var noWayBack: String?

  @Option(
    help: ArgumentHelp("Promote it although the gate refuses it, because of what the reason says.", valueName: "reason")
  )
  var override: String?

  @OptionGroup var reporting: ReporterOptions

  func validate() throws {
    if let override, !override.contains(where: { !$0.isWhitespace }) {
      throw ValidationError("--override says why, for those who will ask.")
    }
    if let noWayBack, !noWayBack.contains(where: { !$0.isWhitespace }) {
      throw ValidationError("--no-way-back says why, for those who would go back.")
    }
    guard abort else {
      if revision == nil { throw ValidationError("Say which revision: quench promote REV.") }
      return
    }
    if let revision, Int64(revision) == nil {
      throw ValidationError("--abort takes the number of a promotion, not \(revision); quench status shows it.")
    }
    if wait || detach || bake != nil || noWayBack != nil || override != nil {
      throw ValidationError("--abort goes with none of --wait, --detach, --bake, --no-way-back and --override.")
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let console = reporting.console(console)
    let workspace = try await Workspace(global, console: console)
    guard let revision, !abort else {
      let client = try await workspace.controlClient(remote)
      return try await abort(with: client, console: console)
    }
    let target = try await workspace.repository.resolve(revision)
    let service = try await workspace.service(for: target).name
    let client = try await workspace.controlClient(remote, service: service)
    console.progress(
      "\(console.errorStyle.bold("promote")) \(target.id.abbreviated)  \(target.subject.printable.cut(to: 60))")
    if let ahead = await workspace.repository.upstream(ahead: revision, of: target) {
      console.progress(
        "note: \(revision.printableLine) here is behind the branch that it follows, which is at \(ahead.id.abbreviated)  "
          + "\(ahead.subject.printable.cut(to: 50)); next: quench promote '\(revision.printableLine)@{upstream}'")
    }
    if remote.to != nil {
      try await RemotePromotion(workspace: workspace, client: client, console: console)
        .prepare(target, service: service, isOverride: override != nil)
    }
    let order = PromotionOrder(
      revision: target.id.description, actor: Actor.name, noWayBack: noWayBack, bakeSeconds: bake?.duration.seconds,
      waits: wait, override: override)
    guard let document = try await follow(order, with: client, console: console) else {
      console.result("\(target.id.abbreviated) is on its way; next: quench status --watch")
      return .passed
    }
    await reporting.jobReporter(console)?.tell(
      JobReport(document, subject: "\(target.id.abbreviated) \(target.subject.cut(to: 100))"), of: "promote")
    // What was done when the signal came stays done.
    if document.result != .promoted, Task.isCancelled { _ = try PromotionView(console: console).conclude(document) }
    if document.result != .promoted { try Task.checkCancellation() }
    return try PromotionView(console: console).conclude(document)
  }

  /// Follows a promotion to its end; when this task is cancelled, that very one is aborted first.
  private func follow(
    _ order: PromotionOrder, with client: ControlClient, console: Console
  ) async throws -> PromotionDocument? {
    let view = PromotionView(console: console)
    let (numbers, number) = AsyncStream<Int64>.makeStream(bufferingPolicy: .bufferingOldest(1))
    // It goes on when this task is cancelled: only what it hears says which number is to be aborted.
    let following = Task { [detach] in
      defer { number.finish() }
      return try await client.promote(order) { progress in
        number.yield(progress.promotion)
        view.show(progress)
        return !(detach && progress.event == .ended && progress.step == .gated)
      }
    }
    return try await withTaskCancellationHandler {
      try await following.value
    } onCancel: {
      Task {
        for await promotion in numbers {
          console.progress("aborting; production goes back to where it was")
          // One that is over already says itself what it came to.
          _ = try? await client.abort(AbortOrder(promotion: promotion, actor: Actor.name, reason: "interrupted"))
          return
        }
      }
    }
  }

  /// Has a promotion undone that somebody else has asked for.
  private func abort(with client: ControlClient, console: Console) async throws -> ExitStatus {
    let view = PromotionView(console: console)
    let order = AbortOrder(
      promotion: revision.flatMap { Int64($0) }, actor: Actor.name, reason: "quench promote --abort")
    let document = try await client.abort(order) { progress in
      view.show(progress)
      return true
    }
    guard let document else { return .error }
    return try view.conclude(document) == .passed ? .failed : .passed
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
