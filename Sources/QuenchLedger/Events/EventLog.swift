import Foundation
import GRDB

extension Ledger {
  /// Adds an event to what happened.
  ///
  /// - Parameter service: the service that it happened to; nil when it concerns all.
  /// - Throws: `LedgerError`; code `value-unrecordable` for a detail that is not a number.
  public func append(
    _ event: LedgerEvent, of service: String? = nil, durability: Durability = .normal
  ) async throws(LedgerError) {
    let detail: String
    do {
      detail = try CanonicalJSON.text(of: event.detail)
    } catch {
      throw LedgerError(.unrecordable, "cannot record the event \(event.kind) of \(event.subject)", cause: error)
    }
    try await write("record the event \(event.kind)", durability: durability) { database in
      try database.execute(
        sql: "INSERT INTO events (time, kind, subject, detail, service) VALUES (?, ?, ?, ?, ?)",
        arguments: [Timestamp(event.time), event.kind, event.subject, detail, service])
    }
  }

  /// The number of the newest event; 0 when there is none.
  public func lastEvent() async throws(LedgerError) -> Int64 {
    try await read("read the events") { try Int64.fetchOne($0, sql: "SELECT MAX(id) FROM events") ?? 0 }
  }

  /// The newest event of a kind that happened to a service; nil when there is none.
  public func lastEvent(_ kind: String, of service: String) async throws(LedgerError) -> LedgerEvent? {
    try await read("read the events") { database in
      try Row.fetchOne(
        database, sql: "SELECT * FROM events WHERE kind = ? AND service = ? ORDER BY id DESC LIMIT 1",
        arguments: [kind, service]
      ).map { try LedgerEvent(row: $0) }
    }
  }

  /// The events after one, oldest first, with their numbers; a thousand at most.
  ///
  /// - Parameter service: leaves out what happened to other services.
  public func events(
    after number: Int64, of service: String
  ) async throws(LedgerError) -> [(number: Int64, event: LedgerEvent)] {
    try await read("read the events") { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM events WHERE id > ? AND (service IS NULL OR service = ?) ORDER BY id LIMIT 1000",
        arguments: [number, service]
      ).map { ($0["id"], try LedgerEvent(row: $0)) }
    }
  }

  /// The last events of some kinds, the newest last.
  ///
  /// - Parameters:
  ///   - kinds: the kinds.
  ///   - service: leaves out what happened to other services.
  ///   - since: leaves out what happened before.
  ///   - limit: how many at most.
  public func events(
    _ kinds: [String], of service: String, since: Date? = nil, limit: Int
  ) async throws(LedgerError) -> [LedgerEvent] {
    try await read("read the events") { database in
      let places = databaseQuestionMarks(count: kinds.count)
      let arguments = StatementArguments(kinds) + [service, Timestamp(since ?? .distantPast), limit]
      return try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM events WHERE kind IN (\(places)) AND (service IS NULL OR service = ?) AND time >= ?
          ORDER BY id DESC LIMIT ?
          """, arguments: arguments
      ).reversed().map { try LedgerEvent(row: $0) }
    }
  }

  /// The last events, the newest last.
  ///
  /// - Parameters:
  ///   - limit: how many at most.
  ///   - subject: only those of one subject; nil for all.
  public func events(limit: Int = 100, subject: String? = nil) async throws(LedgerError) -> [LedgerEvent] {
    try await read("read the events") { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM events WHERE :subject IS NULL OR subject = :subject ORDER BY id DESC LIMIT :limit",
        arguments: ["subject": subject, "limit": limit]
      ).reversed().map { try LedgerEvent(row: $0) }
    }
  }
}

extension LedgerEvent {
  fileprivate init(row: Row) throws {
    self.init(
      row["kind"], subject: row["subject"], detail: try CanonicalJSON.value(of: row["detail"]),
      time: try row.date("time"))
  }
}
