import GRDB
import QuenchEvidence
import QuenchSuites

extension Ledger {
  /// Writes down a verdict with all its suites and tests, and returns its number.
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
        INSERT INTO verdicts (service, revision, tree, result, reason, build_key, build_digest, started, total_seconds,
          definitions, document)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        verdict.service, verdict.revision, verdict.tree, verdict.result.rawValue, verdict.reason, verdict.build?.key,
        verdict.build?.digest, Timestamp(verdict.started), verdict.timings.total,
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
    let suiteID = database.lastInsertedRowID
    var counts = TestRunCounts(verdict.flakiness ?? [], suite: suite.name)
    for test in suite.tests {
      let (runs, failures) = counts.take(test)
      try database.cachedStatement(
        sql: "INSERT INTO tests (service, suite, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
      ).execute(arguments: [verdict.service, suite.name, test.id])
      try database.cachedStatement(
        sql: """
          INSERT INTO test_results (test_id, suite_result_id, framework, result, runs, failures, duration_seconds,
            message)
          SELECT id, ?, ?, ?, ?, ?, ?, ? FROM tests WHERE service = ? AND suite = ? AND name = ?
          """
      ).execute(arguments: [
        suiteID, test.framework.rawValue, test.result.rawValue, runs, failures, test.durationSeconds, test.message,
        verdict.service, suite.name, test.id,
      ])
    }
  }
}

/// How many runs and failures each listed result of a test stands for.
private struct TestRunCounts {
  private var repeated: [String: TestFlakiness]
  private var taken: Set<String> = []

  init(_ flakiness: [TestFlakiness], suite: String) {
    let own = flakiness.filter { $0.suite == suite }.map { ($0.test, $0) }
    repeated = Dictionary(own) { first, _ in first }
  }

  /// The counts of a repeated test go to the first of its results, so that they are counted once.
  mutating func take(_ test: TestResult) -> (runs: Int, failures: Int) {
    if let counted = repeated[test.id] {
      return taken.insert(test.id).inserted ? (counted.runs, counted.failures) : (0, 0)
    }
    return (test.result.isRun ? 1 : 0, test.result.isFailure ? 1 : 0)
  }
}

extension TestResult.Result {
  /// Whether the test ran at all.
  var isRun: Bool { self != .skipped }

  /// Whether the test ran and counts as failed.
  var isFailure: Bool {
    switch self {
    case .failed, .crashed, .timedOut: true
    case .passed, .skipped, .knownIssue: false
    }
  }
}
