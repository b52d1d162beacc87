/// What one suite came to, test by test.
public struct SuiteResult: Sendable, Equatable, Codable {
  /// The suite's name in `quench.yml`.
  public var name: String
  /// The sum of its tests, by the rule that silence never passes.
  public var result: Outcome
  /// How many tests passed.
  public var passed: Int
  /// How many tests failed, crashed or timed out.
  public var failed: Int
  /// How many tests were skipped.
  public var skipped: Int
  /// How many tests recorded only known issues.
  public var knownIssues: Int
  /// How long the suite took, in seconds, waiting for instances left out.
  public var durationSeconds: Double
  /// Why the result is what it is, where the tests alone do not say (`no test matched the filter`).
  public var reason: String?
  /// Every test, in the order it ended.
  public var tests: [TestResult]
  /// What each run came to, in their order, where the suite was run more than once; nil where it ran once.
  public var runs: [Outcome]?

  /// Counts `tests` and keeps the outcome it is given.
  public init(
    name: String, result: Outcome, durationSeconds: Double, reason: String? = nil, tests: [TestResult],
    runs: [Outcome]? = nil
  ) {
    self.name = name
    self.result = result
    self.durationSeconds = durationSeconds
    self.reason = reason
    self.tests = tests
    self.runs = runs
    passed = tests.count { $0.result == .passed }
    failed = tests.count { [.failed, .crashed, .timedOut].contains($0.result) }
    skipped = tests.count { $0.result == .skipped }
    knownIssues = tests.count { $0.result == .knownIssue }
  }

  enum CodingKeys: String, CodingKey {
    case name, result, passed, failed, skipped, reason, tests, runs
    case knownIssues = "known_issues"
    case durationSeconds = "duration_seconds"
  }
}
