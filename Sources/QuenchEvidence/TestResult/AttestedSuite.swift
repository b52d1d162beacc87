import QuenchSuites

/// What one suite came to, as it is attested.
public struct AttestedSuite: Sendable, Hashable {
  /// The suite's name.
  public var name: String
  /// The SHA-256 of its definition, by which suites are told apart; nil where it is not known.
  public var definition: String?
  /// What people read of the definition; nil where it was not recorded.
  public var description: SuiteDescription?
  /// The suite's word.
  public var result: Outcome
  /// Why, where the tests do not say.
  public var reason: String?
  /// How many tests passed.
  public var passed: Int
  /// How many tests failed.
  public var failed: Int
  /// How many tests were skipped.
  public var skipped: Int
  /// How many tests recorded only known issues.
  public var knownIssues: Int
  /// How long it took, in seconds.
  public var durationSeconds: Double
  /// How often it was run.
  public var runs: Int
  /// How many of the runs passed.
  public var passedRuns: Int
  /// The tests that failed in some runs and not in others, as far as there is room for them.
  public var flakyTests: [TestFlakiness]
  /// How many tests did.
  public var flaky: Int

  /// The share of runs that did not pass, 0 to 1, when some did; a suite that never passes does not flake.
  public var flakeRate: Double { passedRuns == 0 || runs == 0 ? 0 : Double(runs - passedRuns) / Double(runs) }

  static let mostFlakyTests = 20

  init(_ suite: SuiteResult, in verdict: Verdict) {
    name = suite.name
    definition = verdict.suiteDefinitions[suite.name]
    description = verdict.suiteDescriptions[suite.name]
    result = suite.soundResult
    reason = suite.reason?.cut(to: VerdictStatement.longestReason)
    passed = suite.passed
    failed = suite.failed
    skipped = suite.skipped
    knownIssues = suite.knownIssues
    durationSeconds = suite.durationSeconds
    runs = suite.runs?.count ?? 1
    passedRuns = suite.runs?.count { $0 == .passed } ?? (suite.soundResult == .passed ? 1 : 0)
    let flakes = (verdict.flakiness ?? []).filter {
      $0.suite == suite.name && $0.failures > 0 && $0.failures < $0.runs
    }
    flaky = flakes.count
    flakyTests = flakes.prefix(Self.mostFlakyTests).map { flake in
      var short = flake
      short.test = flake.test.cut(to: VerdictStatement.longestName)
      return short
    }
  }
}
