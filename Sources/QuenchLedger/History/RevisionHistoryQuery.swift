import Foundation
import GRDB
import QuenchSuites

extension Ledger {
  /// What is known of each of the revisions, in their order; those without any verdict are left out.
  ///
  /// - Parameter trees: the tree of each revision, by the revision. A verdict counts for every revision with its tree.
  public func verdicts(
    forTrees trees: [String: String], service: String
  ) async throws(LedgerError) -> [String: RevisionHistory] {
    let found = try await verdicts(in: "tree", of: Array(Set(trees.values)), service: service)
    let byTree = Dictionary(found.map { ($0.tree, $0) }) { first, _ in first }
    return trees.compactMapValues { byTree[$0] }
  }

  /// What is known of each of the revisions, in their order; those without any verdict are left out.
  public func verdicts(
    forRevisions revisions: [String], service: String
  ) async throws(LedgerError) -> [RevisionHistory] {
    try await verdicts(in: "revision", of: revisions, service: service)
  }

  private func verdicts(
    in column: String, of keys: [String], service: String
  ) async throws(LedgerError) -> [RevisionHistory] {
    try await read("read the history") { database in
      let list = try CanonicalJSON.text(of: keys)
      let arguments: StatementArguments = ["service": service, "keys": list]
      let suites = try Row.fetchAll(database, sql: Self.newestSuites(by: column), arguments: arguments)
      let verdicts = try Row.fetchAll(database, sql: Self.newestVerdicts(by: column), arguments: arguments)
      let suitesOf = Dictionary(grouping: suites) { $0[column] as String }
      let verdictOf = Dictionary(verdicts.map { ($0[column] as String, $0) }) { first, _ in first }
      return try keys.compactMap { key in
        guard let verdict = verdictOf[key] else { return nil }
        return RevisionHistory(
          revision: verdict["revision"], tree: verdict["tree"], latest: try Self.latest(verdict),
          suites: try suitesOf[key, default: []].map(Self.suite))
      }
    }
  }

  /// The newest verdict of each value of a column, which is `revision` or `tree`.
  private static func newestVerdicts(by column: String) -> String {
    """
    SELECT * FROM verdicts WHERE id IN (
      SELECT max(id) FROM verdicts
      WHERE service = :service AND \(column) IN (SELECT value FROM json_each(:keys))
      GROUP BY \(column))
    """
  }

  /// The newest result of each suite, for each value of a column.
  private static func newestSuites(by column: String) -> String {
    """
    SELECT s.*, v.revision, v.tree, v.build_digest, v.started FROM suite_results s JOIN verdicts v ON v.id = s.verdict_id
    WHERE s.id IN (
      SELECT max(s.id) FROM suite_results s JOIN verdicts v ON v.id = s.verdict_id
      WHERE v.service = :service AND v.\(column) IN (SELECT value FROM json_each(:keys))
      GROUP BY v.\(column), s.name)
    ORDER BY s.name
    """
  }

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
