import Foundation
import QuenchDiagnostics
import QuenchLedger
import QuenchManagers

/// The last time that a commit's build was brought to production.
struct ProductionVisit: Encodable, CustomStringConvertible {
  /// When it was asked for.
  var since: Date
  /// Who asked for it.
  var actor: String
  /// Whether production is on it now.
  var live: Bool
  /// Why it was brought there although the gate refused it; nil when the gate let it pass.
  var override: String?

  var description: String {
    "\(live ? "live, " : "")\(since.ago()) by \(actor.printableLine)" + (override == nil ? "" : ", OVERRIDDEN")
  }

  /// The last visit of each revision, by the revision.
  static func last(of moves: [PromotionRecord], live: PromotedBuild?) -> [String: ProductionVisit] {
    var visits: [String: ProductionVisit] = [:], overrides: [String: String] = [:]
    for move in moves where move.result == .promoted {
      // To go back to what was promoted against the gate makes it no better.
      if move.kind == .promotion, let digest = move.digest { overrides[digest] = move.override }
      visits[move.revision] = ProductionVisit(
        since: move.requested, actor: move.actor, live: move.revision == live?.revision,
        override: move.digest.flatMap { overrides[$0] })
    }
    return visits
  }
}

/// The moves of production, for people and as `quench.production-history/v1`.
struct ProductionHistory: Encodable {
  var schema = "quench.production-history/v1"
  /// The newest first; their steps are left out.
  var moves: [PromotionDocument]
  private let words: [Int64: String]

  private enum CodingKeys: String, CodingKey { case schema, moves }

  init(moves: [PromotionRecord]) {
    self.moves = moves.map { PromotionDocument($0, steps: []) }
    words = Dictionary(uniqueKeysWithValues: moves.map { ($0.id, Self.word(for: $0)) })
  }

  private static func word(for move: PromotionRecord) -> String {
    guard let result = move.result else { return "under way: \(move.state.rawValue)" }
    let mark =
      (move.options.noWayBack.map { ", no way back: \($0.printableLine)" } ?? "")
      + (move.override.map { ", OVERRIDDEN: \($0.printableLine)" } ?? "")
    guard result == .promoted, move.kind == .rollback else { return result.rawValue + mark }
    return move.isRouted ? "ROLLED BACK" : "UNCHANGED"
  }

  func show(_ console: Console) throws -> ExitStatus {
    if moves.isEmpty { console.result("production was never moved; next: quench promote REV") }
    var table = Table("NUMBER", "WHEN", "BY", "WHAT", "FROM", "TO", "RESULT")
    for move in moves {
      let reason = move.reasons.last(where: \.refuses).map { "  \($0.detail.printableLine.cut(to: 80))" } ?? ""
      table.add(
        String(move.id), move.requested.formatted(.iso8601), move.actor.printableLine, move.kind,
        PromotionView.short(move.from),
        PromotionView.short(move.to), (words[move.id] ?? "") + reason)
    }
    if !moves.isEmpty { for line in table.lines(console.style) { console.result(line) } }
    try console.document(self)
    return .passed
  }
}
