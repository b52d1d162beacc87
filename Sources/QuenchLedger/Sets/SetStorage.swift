import GRDB

extension Ledger {
  /// Writes down a set as it is now, in place of all that was known of it.
  ///
  /// - Throws: `LedgerError`; code `instance-taken` when an instance is twice in the set, or in another one.
  public func saveSet(_ set: SetRecord, durability: Durability = .normal) async throws(LedgerError) {
    let key = SetKey(service: set.service, name: set.name)
    try await write("record the \(key)", durability: durability) { try Self.save(set, in: $0) }
  }

  static func save(_ set: SetRecord, in database: Database) throws {
    let key = SetKey(service: set.service, name: set.name)
    let places = set.places
    try key.check(places.map(\.instance.id), in: database)
    try key.replace(with: set, in: database)
    for place in places { try place.insert(in: key, database) }
  }

  /// A service's set as it was last written down; nil when it was not, or was removed.
  public func loadSet(_ name: SetName, service: String) async throws(LedgerError) -> SetRecord? {
    let key = SetKey(service: service, name: name)
    return try await read("read the \(key)") { database in
      try Row.fetchOne(database, sql: "SELECT * FROM sets WHERE service = ? AND name = ?", arguments: key.arguments)
        .map { try SetRecord(row: $0, in: database) }
    }
  }

  /// The sets of all services, by service and name.
  public func sets() async throws(LedgerError) -> [SetRecord] {
    try await read("list the sets") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM sets ORDER BY service, name")
        .map { try SetRecord(row: $0, in: database) }
    }
  }

  /// Forgets a service's set with its instances, retained ones included.
  public func removeSet(
    _ name: SetName, service: String, durability: Durability = .normal
  ) async throws(LedgerError) {
    let key = SetKey(service: service, name: name)
    try await write("forget the \(key)", durability: durability) { database in
      try key.delete(in: database)
    }
  }
}

/// Which set of which service.
private struct SetKey: CustomStringConvertible {
  var service: String
  var name: SetName

  var arguments: StatementArguments { [service, name.rawValue] }

  var description: String { "\(name.rawValue) set of \(service)" }

  /// Refuses instances that are named twice, or are in another set.
  func check(_ instances: [String], in database: Database) throws {
    var seen: Set<String> = []
    for id in instances {
      guard seen.insert(id).inserted else {
        throw LedgerError(.instanceTaken, "instance \(id) is twice in the \(self)")
      }
      let other = try Row.fetchOne(
        database,
        sql: "SELECT service, set_name FROM instances WHERE id = ? AND NOT (service = ? AND set_name = ?)",
        arguments: [id] + arguments)
      if let other {
        let taker = SetKey(service: other["service"], name: try other.word("set_name"))
        throw LedgerError(.instanceTaken, "instance \(id) of the \(self) is in the \(taker) already")
      }
    }
  }

  /// Replaces the set's own row; its instances and retained sets go with the old one.
  func replace(with set: SetRecord, in database: Database) throws {
    try delete(in: database)
    try database.execute(
      sql: """
        INSERT INTO sets (service, name, revision, digest, baseline, stopped, updated) VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: arguments + [set.revision, set.digest, set.baseline, set.isStopped, Timestamp(set.updated)])
    for (position, retained) in set.retained.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO set_retained (service, set_name, position, revision, digest, since) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: arguments + [position, retained.revision, retained.digest, Timestamp(retained.since)])
    }
  }

  func delete(in database: Database) throws {
    try database.execute(sql: "DELETE FROM sets WHERE service = ? AND name = ?", arguments: arguments)
  }
}

/// Where in its set an instance stands.
private struct SetPlace {
  var instance: InstanceRecord
  /// Which of the retained sets; nil for the set's own members.
  var retained: Int?
  var position: Int

  func insert(in key: SetKey, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO instances (id, service, set_name, retained, position, revision, digest, port, folder, record, since,
          shared)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        instance.id, key.service, key.name.rawValue, retained, position, instance.revision, instance.digest,
        instance.port, instance.folder, instance.record, Timestamp(instance.since), instance.shared,
      ])
  }
}

extension InstanceRecord {
  fileprivate init(row: Row) throws {
    self.init(
      id: row["id"], revision: row["revision"], digest: row["digest"], port: row["port"], folder: row["folder"],
      record: row["record"], since: try row.date("since"), shared: row["shared"])
  }
}

extension SetRecord {
  fileprivate var places: [SetPlace] {
    let own = members.enumerated().map { SetPlace(instance: $1, retained: nil, position: $0) }
    let kept = retained.enumerated().flatMap { index, set in
      set.members.enumerated().map { SetPlace(instance: $1, retained: index, position: $0) }
    }
    return own + kept
  }

  /// The set of a row of `sets`, with its members and retained sets.
  fileprivate init(row: Row, in database: Database) throws {
    let key = SetKey(service: row["service"], name: try row.word("name"))
    let members = try Row.fetchAll(
      database,
      sql: "SELECT * FROM instances WHERE service = ? AND set_name = ? ORDER BY retained, position",
      arguments: key.arguments
    ).map { (retained: $0["retained"] as Int?, instance: try InstanceRecord(row: $0)) }
    let retained = try Row.fetchAll(
      database, sql: "SELECT * FROM set_retained WHERE service = ? AND set_name = ? ORDER BY position",
      arguments: key.arguments)
    self.init(
      service: key.service, name: key.name, revision: row["revision"], digest: row["digest"],
      baseline: row["baseline"], members: members.filter { $0.retained == nil }.map(\.instance),
      retained: try retained.map { row in
        let position: Int = row["position"]
        return RetainedSet(
          revision: row["revision"], digest: row["digest"],
          members: members.filter { $0.retained == position }.map(\.instance), since: try row.date("since"))
      }, isStopped: row["stopped"], updated: try row.date("updated"))
  }
}
