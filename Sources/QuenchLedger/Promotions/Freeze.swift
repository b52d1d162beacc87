import Foundation
import GRDB

/// That nothing may be promoted for now: who said so, and why.
public struct Freeze: Sendable, Hashable, Codable {
  /// Who said so.
  public var actor: String
  /// Why.
  public var reason: String
  /// Since when, to the millisecond.
  public var since: Date

  /// Describes a freeze.
  public init(actor: String, reason: String, since: Date) {
    self.actor = actor
    self.reason = reason
    self.since = since
  }
}

extension Ledger {
  /// Has nothing promoted from now on; it takes the place of a freeze that holds already.
  ///
  /// - Returns: the freeze that holds.
  @discardableResult
  public func freeze(service: String, actor: String, reason: String) async throws(LedgerError) -> Freeze {
    try await write("freeze \(service)", durability: .full) { database in
      let freeze = Freeze(actor: actor, reason: reason, since: Date().toTheMillisecond)
      try Self.end(in: database, service: service, actor: actor)
      try database.execute(
        sql: "INSERT INTO freezes (service, actor, reason, since) VALUES (?, ?, ?, ?)",
        arguments: [service, actor, reason, Timestamp(freeze.since)])
      return freeze
    }
  }

  /// Ends a freeze.
  ///
  /// - Returns: the freeze that held; nil when none did.
  @discardableResult
  public func unfreeze(service: String, actor: String) async throws(LedgerError) -> Freeze? {
    try await write("unfreeze \(service)", durability: .full) { database in
      guard let freeze = try Self.freeze(of: service, in: database) else { return nil }
      try Self.end(in: database, service: service, actor: actor)
      return freeze
    }
  }

  private static func end(in database: Database, service: String, actor: String) throws {
    try database.execute(
      sql: "UPDATE freezes SET ended = ?, ended_by = ? WHERE service = ? AND ended IS NULL",
      arguments: [Timestamp(Date()), actor, service])
  }

  /// The freeze that holds; nil when none does.
  public func freeze(of service: String) async throws(LedgerError) -> Freeze? {
    try await read("read the freeze of \(service)") { try Self.freeze(of: service, in: $0) }
  }

  private static func freeze(of service: String, in database: Database) throws -> Freeze? {
    try Row.fetchOne(
      database, sql: "SELECT * FROM freezes WHERE service = ? AND ended IS NULL", arguments: [service]
    ).map { Freeze(actor: $0["actor"], reason: $0["reason"], since: try $0.date("since")) }
  }
}
