import ArgumentParser
import QuenchControl
import QuenchDiagnostics
import QuenchLedger

/// `quench freeze`.
struct FreezeCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Have nothing promoted until quench unfreeze; rollbacks go on.",
    discussion: """
      The newest freeze holds, with its reason; one quench unfreeze ends it.

      EXAMPLES
        quench freeze "the sale runs until Monday"
        QUENCH_TOKEN=… quench freeze "the sale" --to https://production.example:8443
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup(title: "Another Host") var remote: RemoteOptions

  @Argument(help: "Why, for those who are refused.")
  var reason: String

  func validate() throws {
    guard reason.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("Say why: quench freeze \"the sale runs until Monday\".")
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let client = try await Workspace(global, console: console).controlClient(remote)
    let freeze = try await client.freeze(ReasonedOrder(actor: Actor.name, reason: reason))
    console.result("promotions are frozen by \(freeze.actor.printable): \(freeze.reason.printable)")
    try console.document(freeze)
    return .passed
  }
}

/// `quench unfreeze`.
struct UnfreezeCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "unfreeze", abstract: "Let promotions begin again after quench freeze.")

  @OptionGroup var global: GlobalOptions

  @OptionGroup(title: "Another Host") var remote: RemoteOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let client = try await Workspace(global, console: console).controlClient(remote)
    let freeze = try await client.unfreeze(ReasonedOrder(actor: Actor.name, reason: ""))
    console.result(
      freeze.map { "promotions may begin again; they were frozen by \($0.actor.printable): \($0.reason.printable)" }
        ?? "nothing to do: promotions were not frozen")
    try console.document(FreezeEnding(ended: freeze))
    return .passed
  }
}
