import Foundation
import GRDB

/// The promotion journal: every change of production is written down before it is made, and again when it was made.
///
/// All of it is on the disk when a call returns, unless its durability says otherwise, and each call can be made again: the
/// second changes nothing.
extension Ledger {
  /// Writes down that a promotion was asked for, and gives it its number.
  ///
  /// - Parameters:
  ///   - kind: which way production is to be moved.
  ///   - service: the name of the service.
  ///   - from: what is live.
  ///   - revision: the revision to move to.
  ///   - digest: the digest of the build to move to; nil when there is none.
  ///   - options: how it is to be made.
  ///   - actor: who asks.
  public func request(
    _ kind: PromotionRecord.Kind, service: String, from: PromotedBuild?, revision: String, digest: String?,
    options: PromotionOptions, actor: String
  ) async throws(LedgerError) -> PromotionRecord {
    try await write("record that \(revision) is to be promoted", durability: .full) { database in
      try database.execute(
        sql: """
          INSERT INTO promotions (service, kind, from_revision, from_digest, revision, digest, options, state, actor,
            requested)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          service, kind.rawValue, from?.revision, from?.digest, revision, digest, try CanonicalJSON.text(of: options),
          PromotionState.requested.rawValue, actor, Timestamp(Date()),
        ])
      return try Self.known(database.lastInsertedRowID, in: database)
    }
  }

  /// Writes down that a step is about to be made; of a step that was begun before, the first beginning counts.
  ///
  /// - Parameters:
  ///   - step: the state that the step reaches.
  ///   - promotion: the promotion's number.
  ///   - deadline: when the step has to be over.
  ///   - detail: what has to be known to finish or undo it.
  ///   - durability: normal for a step that changes nothing of production.
  /// - Returns: the step as the journal has it now.
  @discardableResult
  public func begin(
    _ step: PromotionState, of promotion: Int64, deadline: Date? = nil, detail: [String: EventDetail] = [:],
    durability: Durability = .full
  ) async throws(LedgerError) -> PromotionStep {
    try await write("record the step \(step.rawValue) of promotion \(promotion)", durability: durability) { database in
      try database.execute(
        sql: """
          INSERT INTO promotion_steps (promotion_id, name, began, deadline, detail) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (promotion_id, name) DO NOTHING
          """,
        arguments: [
          promotion, step.rawValue, Timestamp(Date()), deadline.map { Timestamp($0) },
          try CanonicalJSON.text(of: detail),
        ])
      return try Self.step(step, of: promotion, in: database)
    }
  }

  /// Writes down that a step was made; of a step that was finished before, the first outcome counts.
  ///
  /// - Parameters:
  ///   - step: the state that was reached.
  ///   - promotion: the promotion's number.
  ///   - detail: what else is known of it.
  ///   - set: the cold set as it is because of the step, written in the same change.
  ///   - durability: normal for a step that changes nothing of production.
  @discardableResult
  public func finish(
    _ step: PromotionState, of promotion: Int64, detail: [String: EventDetail] = [:], saving set: SetRecord? = nil,
    durability: Durability = .full
  ) async throws(LedgerError) -> PromotionStep {
    try await write("record the end of step \(step.rawValue) of promotion \(promotion)", durability: durability) {
      database in
      let before = try Self.step(step, of: promotion, in: database)
      if let set { try Self.save(set, in: database) }
      guard before.ended == nil else { return before }
      try database.execute(
        sql: "UPDATE promotion_steps SET ended = ?, detail = ? WHERE promotion_id = ? AND name = ?",
        arguments: [
          Timestamp(Date()), try CanonicalJSON.text(of: before.detail.merging(detail) { $1 }), promotion, step.rawValue,
        ])
      try database.execute(
        sql: "UPDATE promotions SET state = ?, routed = routed OR ? WHERE id = ? AND result IS NULL",
        arguments: [step.rawValue, step == .routed, promotion])
      return try Self.step(step, of: promotion, in: database)
    }
  }

  /// Writes down what a promotion moves away from, which may have changed while it waited for its turn.
  ///
  /// - Returns: the promotion as the journal has it now.
  public func rebase(_ promotion: Int64, from: PromotedBuild?) async throws(LedgerError) -> PromotionRecord {
    try await write("record what promotion \(promotion) moves away from", durability: .full) { database in
      try database.execute(
        sql: "UPDATE promotions SET from_revision = ?, from_digest = ? WHERE id = ? AND result IS NULL AND NOT routed",
        arguments: [from?.revision, from?.digest, promotion])
      return try Self.known(promotion, in: database)
    }
  }

  /// Writes down what was looked at, while the promotion goes on.
  public func note(
    _ reasons: [PromotionReason], of promotion: Int64, durability: Durability = .full
  ) async throws(LedgerError) {
    try await write("record the reasons of promotion \(promotion)", durability: durability) { database in
      try database.execute(
        sql: "UPDATE promotions SET reasons = ? WHERE id = ? AND result IS NULL",
        arguments: [try CanonicalJSON.text(of: reasons), promotion])
    }
  }

  /// Writes down what a promotion came to; the first result counts.
  ///
  /// - Returns: the promotion as the journal has it now.
  @discardableResult
  public func conclude(
    _ promotion: Int64, as result: PromotionResult, reasons: [PromotionReason]
  ) async throws(LedgerError) -> PromotionRecord {
    try await write("record the result of promotion \(promotion)", durability: .full) { database in
      try database.execute(
        sql: """
          UPDATE promotions SET result = ?, state = ?, reasons = ?, finished = ? WHERE id = ? AND result IS NULL
          """,
        arguments: [
          result.rawValue, result.state.rawValue, try CanonicalJSON.text(of: reasons), Timestamp(Date()), promotion,
        ])
      return try Self.known(promotion, in: database)
    }
  }

  static func known(_ id: Int64, in database: Database) throws -> PromotionRecord {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM promotions WHERE id = ?", arguments: [id]) else {
      throw LedgerError(.failed, "there is no promotion \(id)")
    }
    return try PromotionRecord(row: row)
  }

  private static func step(_ name: PromotionState, of id: Int64, in database: Database) throws -> PromotionStep {
    let row = try Row.fetchOne(
      database, sql: "SELECT * FROM promotion_steps WHERE promotion_id = ? AND name = ?",
      arguments: [id, name.rawValue])
    guard let row else {
      throw LedgerError(.failed, "the step \(name.rawValue) of promotion \(id) was finished before it was begun")
    }
    return try PromotionStep(row: row)
  }
}

extension PromotionRecord {
  init(row: Row, reasons: Bool = true) throws {
    let origin: (String?, String?) = (row["from_revision"], row["from_digest"])
    self.init(
      id: row["id"], service: row["service"], kind: try row.word("kind"),
      from: origin.0.flatMap { revision in origin.1.map { PromotedBuild(revision: revision, digest: $0) } },
      revision: row["revision"], digest: row["digest"], options: try CanonicalJSON.value(of: row["options"]),
      state: try row.word("state"), isRouted: row["routed"],
      result: row["result"] == nil ? nil : try row.word("result"),
      reasons: reasons ? try CanonicalJSON.value(of: row["reasons"]) : [],
      actor: row["actor"], requested: try row.date("requested"),
      finished: row["finished"] == nil ? nil : try row.date("finished"))
  }
}

extension PromotionStep {
  init(row: Row) throws {
    self.init(
      name: try row.word("name"), began: try row.date("began"),
      deadline: row["deadline"] == nil ? nil : try row.date("deadline"),
      ended: row["ended"] == nil ? nil : try row.date("ended"), detail: try CanonicalJSON.value(of: row["detail"]))
  }
}
