import GRDB

/// Work whose time can be expected from what it took before.
public enum TimedWork: Sendable, Hashable {
  /// Making a build that the store does not have.
  case build
  /// Running the suite with this name.
  case suite(String)
}

extension Ledger {
  /// How long work took on average, in seconds, the last few times it ran to its end; nil when it never did.
  ///
  /// Builds that the store had say nothing, nor do suites that were inconclusive or broke.
  ///
  /// - Parameters:
  ///   - work: what took the time.
  ///   - service: whose it is.
  ///   - last: how many times to look back at most.
  public func meanSeconds(
    of work: TimedWork, service: String, last: Int = 20
  ) async throws(LedgerError) -> Double? {
    let source: String
    var arguments: [String: any DatabaseValueConvertible & Sendable] = ["service": service, "last": last]
    switch work {
    case .build:
      source = "SELECT id, seconds FROM builds WHERE service = :service AND NOT cached"
    case .suite(let name):
      source = """
        SELECT id, duration_seconds AS seconds FROM suite_results
        WHERE service = :service AND name = :name AND result IN ('PASSED', 'FAILED')
        """
      arguments["name"] = name
    }
    return try await read("read earlier times") { [arguments] database in
      try Double.fetchOne(
        database, sql: "SELECT avg(seconds) FROM (\(source) ORDER BY id DESC LIMIT :last)",
        arguments: StatementArguments(arguments))
    }
  }
}
