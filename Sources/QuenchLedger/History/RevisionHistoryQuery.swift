import Foundation
import GRDB
import QuenchSuites

extension Ledger {
  /// What is known of each of the revisions; those without any verdict are left out.
  ///
  /// - Parameters:
  ///   - trees: the tree of each revision, by the revision. A verdict counts for every revision with its tree.
  ///   - service: the name of the service.
  public func verdicts(
    forTrees trees: [String: String], service: String
  ) async throws(LedgerError) -> [String: RevisionHistory] {
    let wanted = Set(trees.values).sorted()
    let byTree = try await read("read the history") { database in
      let arguments: StatementArguments = ["service": service, "trees": try CanonicalJSON.text(of: wanted)]
      let suites = try Row.fetchAll(database, sql: Self.newestSuites, arguments: arguments)
      let suitesOf = Dictionary(grouping: suites) { $0["tree"] as String }
      let verdicts = try Row.fetchAll(database, sql: Self.newestVerdicts, arguments: arguments)
      return try verdicts.reduce(into: [String: RevisionHistory]()) { histories, verdict in
        let tree: String = verdict["tree"]
        histories[tree] = RevisionHistory(
          latest: try Self.latest(verdict), suites: try suitesOf[tree, default: []].map(Self.suite))
      }
    }
    return trees.compactMapValues { byTree[$0] }
  }

  /// The newest verdict on each tree.
  private static let newestVerdicts = """
    SELECT * FROM verdicts WHERE id IN (
      SELECT max(id) FROM verdicts
      WHERE service = :service AND tree IN (SELECT value FROM json_each(:trees))
      GROUP BY tree)
    """

  /// The newest result of each suite, by each of its definitions, on each tree.
  private static let newestSuites = """
    SELECT s.*, v.tree, v.build_digest, v.started FROM suite_results s JOIN verdicts v ON v.id = s.verdict_id
    WHERE s.id IN (
      SELECT max(s.id) FROM suite_results s JOIN verdicts v ON v.id = s.verdict_id
      WHERE v.service = :service AND v.tree IN (SELECT value FROM json_each(:trees))
      GROUP BY v.tree, s.name, s.definition)
    ORDER BY s.name, s.id DESC
    """

  private static func latest(_ row: Row) throws -> RevisionHistory.Latest {
    RevisionHistory.Latest(
      number: row["id"], result: try row.outcome("result"), reason: row["reason"], digest: row["build_digest"],
      started: try row.date("started"), totalSeconds: row["total_seconds"])
  }

  private static func suite(_ row: Row) throws -> RevisionHistory.Suite {
    RevisionHistory.Suite(
      name: row["name"], definition: row["definition"], verdict: row["verdict_id"], result: try row.outcome("result"),
      passed: row["passed"],
      failed: row["failed"], skipped: row["skipped"], knownIssues: row["known_issues"],
      durationSeconds: row["duration_seconds"], reason: row["reason"], digest: row["build_digest"],
      started: try row.date("started"))
  }
}
