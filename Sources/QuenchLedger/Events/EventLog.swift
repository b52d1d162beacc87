import GRDB

extension Ledger {
  /// Adds an event to what happened.
  ///
  /// - Throws: `LedgerError`; code `value-unrecordable` for a detail that is not a number.
  public func append(_ event: LedgerEvent, durability: Durability = .normal) async throws(LedgerError) {
    let detail: String
    do {
      detail = try CanonicalJSON.text(of: event.detail)
    } catch {
      throw LedgerError(.unrecordable, "cannot record the event \(event.kind) of \(event.subject)", cause: error)
    }
    try await write("record the event \(event.kind)", durability: durability) { database in
      try database.execute(
        sql: "INSERT INTO events (time, kind, subject, detail) VALUES (?, ?, ?, ?)",
        arguments: [Timestamp(event.time), event.kind, event.subject, detail])
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
      ).reversed().map { row in
        LedgerEvent(
          row["kind"], subject: row["subject"], detail: try CanonicalJSON.value(of: row["detail"]),
          time: try row.date("time"))
      }
    }
  }
}
