import QuenchSuites

extension VerdictDocument {
  /// One of the `suites` of a verdict document.
  public struct Suite: Codable, Sendable, Equatable {
    /// The suite's name.
    public let name: String
    /// The suite's word.
    public let result: Outcome
    /// How many tests passed.
    public let passed: Int
    /// How many tests failed.
    public let failed: Int
    /// How many tests were skipped.
    public let skipped: Int
    /// How many tests recorded only known issues.
    public let knownIssues: Int
    /// How long the suite took, in seconds.
    public let durationSeconds: Double
    /// Why, where the tests do not say.
    public let reason: String?
    /// Every test.
    public let tests: [Test]
    /// What each run came to, where the suite was run more than once.
    public let runs: [Outcome]?

    init(_ suite: SuiteResult) {
      name = suite.name
      result = suite.result
      passed = suite.passed
      failed = suite.failed
      skipped = suite.skipped
      knownIssues = suite.knownIssues
      durationSeconds = suite.durationSeconds
      reason = suite.reason
      tests = suite.tests.map(Test.init)
      runs = suite.runs
    }

    var value: SuiteResult {
      var suite = SuiteResult(
        name: name, result: result, durationSeconds: durationSeconds, reason: reason, tests: tests.map(\.value),
        runs: runs)
      suite.passed = passed
      suite.failed = failed
      suite.skipped = skipped
      suite.knownIssues = knownIssues
      return suite
    }

    private enum CodingKeys: String, CodingKey {
      case name, result, passed, failed, skipped, reason, tests, runs
      case knownIssues = "known_issues"
      case durationSeconds = "duration_seconds"
    }

    /// Writes every key, with `null` for what is unknown.
    public func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(name, forKey: .name)
      try keys.encode(result, forKey: .result)
      try keys.encode(passed, forKey: .passed)
      try keys.encode(failed, forKey: .failed)
      try keys.encode(skipped, forKey: .skipped)
      try keys.encode(knownIssues, forKey: .knownIssues)
      try keys.encode(durationSeconds, forKey: .durationSeconds)
      try keys.encode(reason, forKey: .reason)
      try keys.encode(tests, forKey: .tests)
      try keys.encode(runs, forKey: .runs)
    }
  }

  /// One of the `tests` of a suite in a verdict document.
  public struct Test: Codable, Sendable, Equatable {
    /// The test's id within its suite.
    public let id: String
    /// The library or runner that ran it.
    public let framework: TestResult.Framework
    /// The test's word.
    public let result: TestResult.Result
    /// How long it ran, in seconds.
    public let durationSeconds: Double?
    /// The failure's, skip's or issue's text.
    public let message: String?
    /// The source file of the first issue.
    public let file: String?
    /// The line of the first issue, counted from 1.
    public let line: Int?

    init(_ test: TestResult) {
      id = test.id
      framework = test.framework
      result = test.result
      durationSeconds = test.durationSeconds
      message = test.message
      file = test.file
      line = test.line
    }

    var value: TestResult {
      TestResult(
        id: id, framework: framework, result: result, durationSeconds: durationSeconds, message: message, file: file,
        line: line)
    }

    private enum CodingKeys: String, CodingKey {
      case id, framework, result, message, file, line
      case durationSeconds = "duration_seconds"
    }

    /// Writes every key, with `null` for what is unknown.
    public func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(id, forKey: .id)
      try keys.encode(framework, forKey: .framework)
      try keys.encode(result, forKey: .result)
      try keys.encode(durationSeconds, forKey: .durationSeconds)
      try keys.encode(message, forKey: .message)
      try keys.encode(file, forKey: .file)
      try keys.encode(line, forKey: .line)
    }
  }
}
