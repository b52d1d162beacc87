import GRDB

extension Ledger {
  /// What production is on; nil while nothing is promoted.
  public func liveBuild(service: String) async throws(LedgerError) -> PromotedBuild? {
    try await loadSet(.cold, service: service)?.live
  }

  /// One promotion; nil when there is none with this number.
  public func promotion(_ id: Int64) async throws(LedgerError) -> PromotionRecord? {
    try await read("read promotion \(id)") { database in
      try Row.fetchOne(database, sql: "SELECT * FROM promotions WHERE id = ?", arguments: [id])
        .map { try PromotionRecord(row: $0) }
    }
  }

  /// The steps of a promotion, in the order they were begun.
  public func steps(of promotion: Int64) async throws(LedgerError) -> [PromotionStep] {
    try await read("read the steps of promotion \(promotion)") { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM promotion_steps WHERE promotion_id = ? ORDER BY id", arguments: [promotion]
      ).map { try PromotionStep(row: $0) }
    }
  }

  /// A service's last promotions and rollbacks, newest first, whatever came of them.
  public func promotions(service: String, limit: Int = 100) async throws(LedgerError) -> [PromotionRecord] {
    try await select("service = :service ORDER BY id DESC LIMIT :limit", ["service": service, "limit": limit])
  }

  /// The promotion that last brought production's traffic to a build, also one that is not over; nil when none did.
  public func promotion(of digest: String, service: String) async throws(LedgerError) -> PromotionRecord? {
    try await select(
      """
      service = :service AND digest = :digest AND kind = 'promotion' AND routed
      AND (result IS NULL OR result = :promoted) ORDER BY id DESC LIMIT 1
      """, ["service": service, "digest": digest, "promoted": PromotionResult.promoted.rawValue]
    ).first
  }

  /// The promotions that nobody has finished or undone yet, oldest first.
  public func unfinishedPromotions(service: String) async throws(LedgerError) -> [PromotionRecord] {
    try await select("service = :service AND result IS NULL ORDER BY id", ["service": service])
  }

  /// The promotions that moved production's traffic and are over, oldest first: those that were undone included.
  ///
  /// They are all there ever were.
  /// - Parameter reasons: whether their ``PromotionRecord/reasons`` are read, too.
  public func moves(service: String, reasons: Bool = false) async throws(LedgerError) -> [PromotionRecord] {
    try await select(
      "service = :service AND routed AND result IS NOT NULL ORDER BY id", ["service": service], reasons: reasons)
  }

  /// How many promotions and rollbacks came to what.
  public func promotionCounts(
    service: String
  ) async throws(LedgerError) -> [(kind: PromotionRecord.Kind, result: PromotionResult, count: Int)] {
    try await read("count the promotions") { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT kind, result, COUNT(*) AS count FROM promotions WHERE service = ? AND result IS NOT NULL
          GROUP BY kind, result ORDER BY kind, result
          """, arguments: [service]
      ).compactMap { row in
        guard let kind = PromotionRecord.Kind(rawValue: row["kind"]),
          let result = PromotionResult(rawValue: row["result"])
        else { return nil }
        return (kind, result, row["count"])
      }
    }
  }

  private func select(
    _ condition: String, _ arguments: [String: any DatabaseValueConvertible & Sendable], reasons: Bool = true
  ) async throws(LedgerError) -> [PromotionRecord] {
    try await read("read the promotions") { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM promotions WHERE \(condition)", arguments: StatementArguments(arguments)
      ).map { try PromotionRecord(row: $0, reasons: reasons) }
    }
  }
}

extension SetRecord {
  /// What the set is on; nil for a cold set while nothing is promoted, which then has retained instances alone.
  public var live: PromotedBuild? { digest.isEmpty ? nil : PromotedBuild(revision: revision, digest: digest) }
}
