import GRDB

/// What ran as an instance.
public struct InstanceOrigin: Sendable, Hashable {
  /// The name of the service.
  public let service: String
  /// The object id of the revision.
  public let revision: String

  /// Names both.
  public init(service: String, revision: String) {
    self.service = service
    self.revision = revision
  }
}

extension Ledger {
  /// What ran as the instances of the newest verdicts, by the instance's id.
  ///
  /// - Parameter limit: how many verdicts are looked at.
  public func verifiedInstances(ofLast limit: Int = 1000) async throws(LedgerError) -> [String: InstanceOrigin] {
    try await read("look up the instances of verdicts") { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT v.service, i.value ->> '$.id' AS id, i.value ->> '$.revision' AS revision
          FROM (SELECT service, document FROM verdicts ORDER BY id DESC LIMIT ?) v,
            json_each(v.document, '$.instances') i
          """, arguments: [limit])
      return rows.reduce(into: [:]) { origins, row in
        let id: String = row["id"]
        origins[id] = origins[id] ?? InstanceOrigin(service: row["service"], revision: row["revision"])
      }
    }
  }
}
