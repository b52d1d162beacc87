import GRDB
import QuenchEvidence
import QuenchSuites

extension Ledger {
  /// Writes down a verdict with all its suites, and returns its number.
  ///
  /// - Throws: `LedgerError`; code `value-unrecordable` for a duration that is not a number.
  @discardableResult
  public func record(_ verdict: Verdict, durability: Durability = .normal) async throws(LedgerError) -> Int64 {
    try await write("record the verdict on \(verdict.revision)", durability: durability) { database in
      let id = try Self.insert(verdict, into: database)
      for (position, suite) in verdict.suites.enumerated() {
        try Self.insert(suite, at: position, of: verdict, id, into: database)
      }
      return id
    }
  }

  private static func insert(_ verdict: Verdict, into database: Database) throws -> Int64 {
    try database.execute(
      sql: """
        INSERT INTO verdicts (service, revision, tree, result, reason, build_key, build_digest, service_definition,
          started, total_seconds, definitions, document)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        verdict.service, verdict.revision, verdict.tree, verdict.result.rawValue, verdict.reason, verdict.build?.key,
        verdict.build?.digest, verdict.serviceDefinition, Timestamp(verdict.started), verdict.timings.total,
        try CanonicalJSON.text(of: verdict.suiteDefinitions),
        String(decoding: try VerdictDocument(verdict).encoded(), as: UTF8.self),
      ])
    return database.lastInsertedRowID
  }

  private static func insert(
    _ suite: SuiteResult, at position: Int, of verdict: Verdict, _ verdictID: Int64, into database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO suite_results (verdict_id, position, service, name, definition, result, passed, failed, skipped,
          known_issues, duration_seconds, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        verdictID, position, verdict.service, suite.name, verdict.suiteDefinitions[suite.name],
        suite.soundResult.rawValue, suite.passed, suite.failed, suite.skipped, suite.knownIssues,
        suite.durationSeconds, suite.reason,
      ])
  }
}
