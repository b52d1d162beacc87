/// How steady a suite's tests were over several runs of the same build.
public struct FlakinessReport: Sendable, Equatable, Codable {
  /// How one test fared.
  public struct Test: Sendable, Equatable, Codable {
    /// The test's identity within the suite.
    public var id: String
    /// The library or runner that ran it.
    public var framework: TestResult.Framework
    /// How many runs it had, skips left out.
    public var runs: Int
    /// How many of them failed, crashed or timed out.
    public var failures: Int
    /// The message of the first failure.
    public var message: String?

    /// Failures per run, between 0 and 1; 0 without a run.
    public var rate: Double { runs == 0 ? 0 : Double(failures) / Double(runs) }
    /// Whether it both passed and failed.
    public var isFlaky: Bool { failures > 0 && failures < runs }
  }

  /// The suite's name.
  public var name: String
  /// How many times the suite was run.
  public var runs: Int
  /// The outcome of the repeated suite: the worst of its runs.
  public var result: Outcome
  /// Why, where the worst run gave a reason.
  public var reason: String?
  /// Every test, those that failed most often first, then by identity.
  public var tests: [Test]

  /// The tests that both passed and failed.
  public var flaky: [Test] { tests.filter(\.isFlaky) }

  /// Sums up several results of one suite.
  public init(_ results: [SuiteResult]) {
    var sums: [String: Test] = [:]
    for test in results.flatMap(\.tests) {
      let key = "\(test.framework.rawValue) \(test.id)"
      var sum = sums[key] ?? Test(id: test.id, framework: test.framework, runs: 0, failures: 0)
      let hasFailed = [.failed, .crashed, .timedOut].contains(test.result)
      sum.runs += test.result == .skipped ? 0 : 1
      sum.failures += hasFailed ? 1 : 0
      if hasFailed { sum.message = sum.message ?? test.message }
      sums[key] = sum
    }
    name = results.first?.name ?? ""
    runs = results.count
    let worst = Outcome.worst(of: results.map(\.result))
    result = worst
    reason = results.first { $0.result == worst }?.reason
    tests = sums.values.sorted { ($1.rate, $0.id) < ($0.rate, $1.id) }
  }
}
