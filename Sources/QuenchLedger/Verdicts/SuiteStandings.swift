import Foundation
import GRDB
import QuenchSuites

/// One time that a suite ran against a build and came to something.
public struct SuiteStanding: Sendable, Hashable {
  /// The suite's name.
  public let name: String
  /// The digest of the suite's definition then.
  public let definition: String?
  /// PASSED, FAILED or ERROR.
  public let result: Outcome
  /// When its verification began.
  public let started: Date
  /// The object id of the tree of the revision that was verified.
  public let tree: String
  /// How often it ran then.
  public let runs: Int
  /// How many of those runs passed.
  public let passedRuns: Int
  /// Whether the build was made `clean` or `incremental`; nil where that was not recorded.
  public let buildMode: String?
  /// Who says so, by the keys that the policy names; nobody where it is this host's own ledger.
  public let signers: [String]

  /// Describes what a suite came to.
  public init(
    name: String, definition: String?, result: Outcome, started: Date, tree: String, runs: Int = 1, passedRuns: Int,
    buildMode: String? = nil, signers: [String] = []
  ) {
    self.name = name
    self.definition = definition
    self.result = result
    self.started = started
    self.tree = tree
    self.runs = runs
    self.passedRuns = passedRuns
    self.buildMode = buildMode
    self.signers = signers
  }
}

extension Ledger {
  /// The times that suites came to something on a build, newest first; where time ran out they did not.
  ///
  /// One that ended in an error counts: tests that crashed, or had their instance crash, take back what was said before.
  ///
  /// - Parameters:
  ///   - service: the name of the service.
  ///   - digest: the digest of the build; what was found of other bytes does not count.
  ///   - limit: how many at most.
  public func standings(
    service: String, digest: String, limit: Int = 1000
  ) async throws(LedgerError) -> [SuiteStanding] {
    try await read("look up what is known of the build \(digest)") { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT s.name, s.definition, s.result, v.started, v.tree, json_extract(v.document, '$.build.mode') AS mode,
            json_extract(v.document, '$.suites[' || s.position || '].runs') AS runs
          FROM verdicts v JOIN suite_results s ON s.verdict_id = v.id
          WHERE v.build_digest = ? AND v.service = ? AND s.result != 'INCONCLUSIVE'
          ORDER BY s.id DESC LIMIT ?
          """,
        arguments: [digest, service, limit]
      ).map { row in
        let result = try row.outcome("result")
        let repeated = (row["runs"] as String?).flatMap {
          try? JSONDecoder().decode([String].self, from: Data($0.utf8))
        }
        let runs = repeated ?? [result.rawValue]
        return SuiteStanding(
          name: row["name"], definition: row["definition"], result: result, started: try row.date("started"),
          tree: row["tree"], runs: runs.count, passedRuns: runs.count { $0 == Outcome.passed.rawValue },
          buildMode: row["mode"])
      }
    }
  }

  /// What each suite that ran on a build came to last, by the suite's name.
  public func newestResults(service: String, digest: String) async throws(LedgerError) -> [String: Outcome] {
    Dictionary(try await standings(service: service, digest: digest).map { ($0.name, $0.result) }) { newest, _ in newest
    }
  }

  /// The digest of the build that was verified last for a tree; one that passed comes before one that failed.
  public func verifiedDigest(service: String, tree: String) async throws(LedgerError) -> String? {
    try await read("look up the verified build of \(tree)") { database in
      try String.fetchOne(
        database,
        sql: """
          SELECT build_digest FROM verdicts
          WHERE tree = ? AND service = ? AND result IN ('PASSED', 'FAILED') AND build_digest IS NOT NULL
          ORDER BY result = 'PASSED' DESC, id DESC LIMIT 1
          """, arguments: [tree, service])
    }
  }

  /// The digest of the newest build of a tree that a verification was about, whatever it came to.
  public func builtDigest(service: String, tree: String) async throws(LedgerError) -> String? {
    try await read("look up the build of \(tree)") { database in
      try String.fetchOne(
        database,
        sql: """
          SELECT build_digest FROM verdicts WHERE tree = ? AND service = ? AND build_digest IS NOT NULL
          ORDER BY id DESC LIMIT 1
          """, arguments: [tree, service])
    }
  }
}
