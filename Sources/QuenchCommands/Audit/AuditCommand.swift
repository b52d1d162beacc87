import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchLedger
import QuenchProcesses

/// `quench audit`.
struct AuditCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "List who moved production, froze it, or asked for something from afar, and what came of it.",
    discussion: """
      Promotions with what came of them, also those that were refused; what was overridden, and why; freezes; what was \
      asked for with tokens, and what was denied to whom; tokens that were made and revoked. The oldest comes first.

      EXAMPLES
        quench audit --since 30d
        quench audit --format json | jq '.events[] | select(.event == "denied")'
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp("Leave out what is longer ago: 12h, 30d.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var since: LengthOfTime?

  @Option(help: "How many lines at the most; the newest are kept.")
  var limit = 200

  /// What somebody is answerable for, and how production then fared.
  private static let kinds = [
    "asked", "denied", "token-made", "token-revoked", "overridden", "promoted", "refused", "reverted", "rolled-back",
    "unchanged", "aborted", "alert", "frozen", "unfrozen", "unsigned", "started", "stopped", "restored",
  ]

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit takes how many lines to show at the most: 1 or more.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let service = try await workspace.serviceName()
    let events = try await workspace.ledger.events(
      Self.kinds, of: service, since: since.map { Date(timeIntervalSinceNow: -$0.duration.seconds) }, limit: limit)
    var table = Table("WHEN", "WHAT", "BY", "REVISION", "DETAIL")
    for event in events {
      table.add(
        event.time.formatted(.iso8601), event.kind, Self.actor(of: event).printableLine,
        event.detail["revision"].map { String($0.description.prefix(7)) } ?? "", Self.rest(of: event))
    }
    if events.isEmpty {
      console.result("nothing was asked of production\(since == nil ? "" : " in that time")")
    } else {
      for line in table.lines(console.style) { console.result(line) }
    }
    try console.document(Document(service: service, events: events.map { FlatEvent(event: $0) }))
    return .passed
  }

  /// Who did it, or asked for it: what comes from afar and tokens have that as what they are about.
  private static func actor(of event: LedgerEvent) -> String {
    event.detail["actor"]?.description ?? (["asked", "denied"].contains(event.kind) ? event.subject : "")
  }

  private static func rest(of event: LedgerEvent) -> String {
    let shown: Set = ["actor", "revision"], first = ["reason", "rules", "override", "scope", "peer"]
    let details = event.detail.filter { !shown.contains($0.key) }.sorted { left, right in
      let (one, other) = (first.firstIndex(of: left.key) ?? .max, first.firstIndex(of: right.key) ?? .max)
      return one == other ? left.key < right.key : one < other
    }
    let subject = event.kind.hasPrefix("token-") ? ["token \(event.subject)"] : []
    return (subject + details.map { "\($0.key)=\($0.value)" }).joined(separator: " ").printableLine.cut(to: 240)
  }

  /// The wire form, `quench.audit/v1`; the events are as `quench serve --events json` has them.
  private struct Document: Encodable {
    var schema = "quench.audit/v1"
    var service: String
    var events: [FlatEvent]
  }
}
