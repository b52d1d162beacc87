import GRDB

extension Ledger {
  /// Writes down an instance, in place of what was known of one with its id.
  public func saveInstance(_ entry: InstanceEntry) async throws(LedgerError) {
    try await write("record the instance \(entry.instance.id)") { database in
      try entry.instance.save(in: entry.set, to: database)
      try database.execute(
        sql: """
          UPDATE instances SET state = ?, pid = ?, start_ticks = ?, owner_pid = ?, owner_start_ticks = ? WHERE id = ?
          """,
        arguments: [
          entry.state, entry.process?.pid, entry.process.map { Int64(bitPattern: $0.startTicks) }, entry.owner?.pid,
          entry.owner.map { Int64(bitPattern: $0.startTicks) }, entry.instance.id,
        ])
    }
  }

  /// All instances that were written down and not removed, the members of saved sets among them, oldest first.
  ///
  /// - Parameter set: only those of one set; nil for all.
  public func instances(in set: SetName? = nil) async throws(LedgerError) -> [InstanceEntry] {
    try await read("list the instances") { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM instances WHERE :set IS NULL OR set_name = :set ORDER BY since, id",
        arguments: ["set": set?.rawValue]
      ).map { row in
        InstanceEntry(
          instance: try InstanceRecord(row: row), set: try row.word("set_name"), state: row["state"],
          process: .init(pid: row["pid"], startTicks: row["start_ticks"]),
          owner: .init(pid: row["owner_pid"], startTicks: row["owner_start_ticks"]))
      }
    }
  }

  /// Forgets an instance, and takes it out of the set it is in.
  public func removeInstance(id: String) async throws(LedgerError) {
    try await write("forget the instance \(id)") { database in
      try database.execute(sql: "DELETE FROM instances WHERE id = ?", arguments: [id])
    }
  }
}

extension InstanceEntry.ProcessMark {
  fileprivate init?(pid: Int32?, startTicks: Int64?) {
    guard let pid, let startTicks else { return nil }
    self.init(pid: pid, startTicks: UInt64(bitPattern: startTicks))
  }
}

extension InstanceRecord {
  init(row: Row) throws {
    self.init(
      id: row["id"], revision: row["revision"], digest: row["digest"], port: row["port"], folder: row["folder"],
      record: row["record"], since: try row.date("since"), baselineSnapshot: row["baseline_snapshot"])
  }

  /// Inserts or updates what every instance has; its state, process and owner stay as they are.
  func save(in set: SetName, to database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO instances (id, set_name, revision, digest, port, folder, record, since, baseline_snapshot)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET set_name = excluded.set_name, revision = excluded.revision,
          digest = excluded.digest, port = excluded.port, folder = excluded.folder, record = excluded.record,
          since = excluded.since, baseline_snapshot = excluded.baseline_snapshot
        """,
      arguments: [
        id, set.rawValue, revision, digest, port, folder, record, Timestamp(since), baselineSnapshot,
      ])
  }
}
