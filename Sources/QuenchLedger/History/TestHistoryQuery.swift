import GRDB
import QuenchSuites

extension Ledger {
  /// What a test came to in the verifications of a service.
  ///
  /// - Parameter limit: how many verifications to look back at most.
  public func testHistory(
    id: String, suite: String, service: String, limit: Int = 100
  ) async throws(LedgerError) -> TestHistory {
    try await read("read the history of \(id)") { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT v.revision, v.tree, v.build_digest, v.started, r.result, r.runs, r.failures, r.duration_seconds,
            r.message
          FROM tests t
          JOIN test_results r ON r.test_id = t.id
          JOIN suite_results s ON s.id = r.suite_result_id
          JOIN verdicts v ON v.id = s.verdict_id
          WHERE t.service = ? AND t.suite = ? AND t.name = ?
          ORDER BY r.id DESC LIMIT ?
          """, arguments: [service, suite, id, limit])
      let entries = try rows.map { row in
        TestHistory.Entry(
          revision: row["revision"], tree: row["tree"], digest: row["build_digest"], started: try row.date("started"),
          result: try row.word("result"), runs: row["runs"], failures: row["failures"],
          durationSeconds: row["duration_seconds"], message: row["message"])
      }
      return TestHistory(suite: suite, id: id, entries: entries)
    }
  }
}
