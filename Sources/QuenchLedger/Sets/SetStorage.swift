import GRDB

extension Ledger {
  /// Writes down a set as it is now, in place of what was known of it; instances it no longer has are forgotten.
  ///
  /// - Throws: `LedgerError`; code `instance-taken` when an instance is twice in the set, or in another one.
  public func saveSet(_ set: SetRecord, durability: Durability = .normal) async throws(LedgerError) {
    try await write("record the \(set.name.rawValue) set", durability: durability) { database in
      let places = set.places
      try Self.check(places, of: set.name, in: database)
      let before = try Self.members(of: set.name, in: database)
      try Self.insert(set, into: database)
      for place in places {
        try place.instance.save(in: set.name, to: database)
        try database.execute(
          sql: "INSERT INTO set_members (instance_id, set_name, retained, position) VALUES (?, ?, ?, ?)",
          arguments: [place.instance.id, set.name.rawValue, place.retained, place.position])
      }
      try Self.forget(before.subtracting(places.map(\.instance.id)), in: database)
    }
  }

  /// The set as it was last written down; nil when it was not, or was removed.
  public func loadSet(_ name: SetName) async throws(LedgerError) -> SetRecord? {
    try await read("read the \(name.rawValue) set") { database in
      let key: StatementArguments = [name.rawValue]
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM sets WHERE name = ?", arguments: key) else {
        return nil
      }
      let members = try Row.fetchAll(
        database,
        sql: """
          SELECT i.*, m.retained FROM set_members m JOIN instances i ON i.id = m.instance_id
          WHERE m.set_name = ? ORDER BY m.retained, m.position
          """, arguments: key
      ).map { (retained: $0["retained"] as Int?, instance: try InstanceRecord(row: $0)) }
      let retained = try Row.fetchAll(
        database, sql: "SELECT * FROM set_retained WHERE set_name = ? ORDER BY position", arguments: key)
      return SetRecord(
        name: name, revision: row["revision"], digest: row["digest"], baseline: row["baseline"],
        members: members.filter { $0.retained == nil }.map(\.instance),
        retained: try retained.map { row in
          let position: Int = row["position"]
          return RetainedSet(
            revision: row["revision"], digest: row["digest"],
            members: members.filter { $0.retained == position }.map(\.instance), since: try row.date("since"))
        }, updated: try row.date("updated"))
    }
  }

  /// Forgets a set with its instances, retained ones included.
  public func removeSet(_ name: SetName, durability: Durability = .normal) async throws(LedgerError) {
    try await write("forget the \(name.rawValue) set", durability: durability) { database in
      try Self.forget(try Self.members(of: name, in: database), in: database)
      try database.execute(sql: "DELETE FROM sets WHERE name = ?", arguments: [name.rawValue])
    }
  }

  private static func check(_ places: [SetPlace], of name: SetName, in database: Database) throws {
    var seen: Set<String> = []
    for id in places.map(\.instance.id) {
      guard seen.insert(id).inserted else {
        throw LedgerError(.instanceTaken, "instance \(id) is twice in the \(name.rawValue) set")
      }
      let other = try String.fetchOne(
        database, sql: "SELECT set_name FROM set_members WHERE instance_id = ? AND set_name <> ?",
        arguments: [id, name.rawValue])
      if let other {
        throw LedgerError(
          .instanceTaken, "instance \(id) of the \(name.rawValue) set is in the \(other) set already")
      }
    }
  }

  private static func members(of name: SetName, in database: Database) throws -> Set<String> {
    try String.fetchSet(
      database, sql: "SELECT instance_id FROM set_members WHERE set_name = ?", arguments: [name.rawValue])
  }

  /// Replaces the set's own row; its members and retained sets go with the old one.
  private static func insert(_ set: SetRecord, into database: Database) throws {
    try database.execute(sql: "DELETE FROM sets WHERE name = ?", arguments: [set.name.rawValue])
    try database.execute(
      sql: "INSERT INTO sets (name, revision, digest, baseline, updated) VALUES (?, ?, ?, ?, ?)",
      arguments: [set.name.rawValue, set.revision, set.digest, set.baseline, Timestamp(set.updated)])
    for (position, retained) in set.retained.enumerated() {
      try database.execute(
        sql: "INSERT INTO set_retained (set_name, position, revision, digest, since) VALUES (?, ?, ?, ?, ?)",
        arguments: [set.name.rawValue, position, retained.revision, retained.digest, Timestamp(retained.since)])
    }
  }

  private static func forget(_ instances: Set<String>, in database: Database) throws {
    for id in instances {
      try database.execute(sql: "DELETE FROM instances WHERE id = ?", arguments: [id])
    }
  }
}

/// Where in its set an instance stands.
private struct SetPlace {
  var instance: InstanceRecord
  /// Which of the retained sets; nil for the set's own members.
  var retained: Int?
  var position: Int
}

extension SetRecord {
  fileprivate var places: [SetPlace] {
    let own = members.enumerated().map { SetPlace(instance: $1, retained: nil, position: $0) }
    let kept = retained.enumerated().flatMap { index, set in
      set.members.enumerated().map { SetPlace(instance: $1, retained: index, position: $0) }
    }
    return own + kept
  }
}
