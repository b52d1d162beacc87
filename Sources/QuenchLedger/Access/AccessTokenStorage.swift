import Foundation
import GRDB

extension Ledger {
  /// Keeps a new token.
  public func add(_ token: AccessToken) async throws(LedgerError) {
    try await write("keep the token \(token.name)", durability: .full) { database in
      try database.execute(
        sql: """
          INSERT INTO access_tokens (id, name, hash, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          token.id, token.name, token.hash, token.scopes.map(\.rawValue).sorted().joined(separator: " "),
          Timestamp(token.created), token.expires.map { Timestamp($0) },
        ])
    }
  }

  /// All tokens, the newest first.
  public func accessTokens() async throws(LedgerError) -> [AccessToken] {
    try await read("read the tokens") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM access_tokens ORDER BY created DESC, id").map {
        try AccessToken(row: $0)
      }
    }
  }

  /// One token; nil when there is none with this id.
  public func accessToken(_ id: String) async throws(LedgerError) -> AccessToken? {
    try await read("read the token \(id)") { database in
      try Row.fetchOne(database, sql: "SELECT * FROM access_tokens WHERE id = ?", arguments: [id])
        .map { try AccessToken(row: $0) }
    }
  }

  /// Has a token be good for nothing from now on.
  ///
  /// - Returns: the token; nil when there is none with this id.
  public func revokeAccessToken(_ id: String) async throws(LedgerError) -> AccessToken? {
    try await write("revoke the token \(id)", durability: .full) { database in
      try database.execute(
        sql: "UPDATE access_tokens SET revoked = ? WHERE id = ? AND revoked IS NULL",
        arguments: [Timestamp(Date()), id])
      return try Row.fetchOne(database, sql: "SELECT * FROM access_tokens WHERE id = ?", arguments: [id])
        .map { try AccessToken(row: $0) }
    }
  }
}

extension AccessToken {
  fileprivate init(row: Row) throws {
    let scopes: String = row["scopes"]
    self.init(
      id: row["id"], name: row["name"], hash: row["hash"],
      scopes: Set(scopes.split(separator: " ").compactMap { AccessScope(rawValue: String($0)) }),
      created: try row.date("created"), expires: row["expires"] == nil ? nil : try row.date("expires"),
      revoked: row["revoked"] == nil ? nil : try row.date("revoked"))
  }
}
