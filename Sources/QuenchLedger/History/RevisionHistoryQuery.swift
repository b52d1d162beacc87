import Foundation
import GRDB
import QuenchSuites

extension Ledger {
  /// What is known of each of the revisions, in their order; those without any verdict are left out.
  public func verdicts(
    forRevisions revisions: [String], service: String
  ) async throws(LedgerError) -> [RevisionHistory] {
    try await read("read the history") { database in
      let list = try CanonicalJSON.text(of: revisions)
      let arguments: StatementArguments = ["service": service, "revisions": list]
      let suites = try Row.fetchAll(database, sql: Self.newestSuites, arguments: arguments)
      let verdicts = try Row.fetchAll(database, sql: Self.newestVerdicts, arguments: arguments)
      let suitesOf = Dictionary(grouping: suites) { $0["revision"] as String }
      let verdictOf = Dictionary(verdicts.map { ($0["revision"] as String, $0) }) { first, _ in first }
      return try revisions.compactMap { revision in
        guard let verdict = verdictOf[revision] else { return nil }
        return RevisionHistory(
          revision: revision, tree: verdict["tree"], latest: try Self.latest(verdict),
          suites: try suitesOf[revision, default: []].map(Self.suite))
      }
    }
  }

  private static let newestVerdicts = """
    SELECT * FROM verdicts WHERE id IN (
      SELECT max(id) FROM verdicts
      WHERE service = :service AND revision IN (SELECT value FROM json_each(:revisions))
      GROUP BY revision)
    """

  private static let newestSuites = """
    SELECT s.*, v.revision, v.build_digest, v.started FROM suite_results s JOIN verdicts v ON v.id = s.verdict_id
    WHERE s.id IN (
      SELECT max(s.id) FROM suite_results s JOIN verdicts v ON v.id = s.verdict_id
      WHERE v.service = :service AND v.revision IN (SELECT value FROM json_each(:revisions))
      GROUP BY v.revision, s.name)
    ORDER BY s.name
    """

  private static func latest(_ row: Row) throws -> RevisionHistory.Latest {
    RevisionHistory.Latest(
      number: row["id"], result: try row.outcome("result"), reason: row["reason"], digest: row["build_digest"],
      started: try row.date("started"), totalSeconds: row["total_seconds"])
  }

  private static func suite(_ row: Row) throws -> RevisionHistory.Suite {
    RevisionHistory.Suite(
      name: row["name"], verdict: row["verdict_id"], result: try row.outcome("result"), passed: row["passed"],
      failed: row["failed"], skipped: row["skipped"], knownIssues: row["known_issues"],
      durationSeconds: row["duration_seconds"], reason: row["reason"], digest: row["build_digest"],
      started: try row.date("started"))
  }
}
