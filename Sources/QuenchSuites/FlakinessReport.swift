/// How steady a suite's tests were over several runs of the same build.
public struct FlakinessReport: Sendable, Equatable {
  /// How one test fared.
  public struct Test: Sendable, Equatable {
    /// The test's identity within the suite.
    public var id: String
    /// How many runs it had, skips left out.
    public var runs: Int
    /// How many of them failed, crashed or timed out.
    public var failures: Int

    /// Failures per run, between 0 and 1; 0 without a run.
    var rate: Double { runs == 0 ? 0 : Double(failures) / Double(runs) }
  }

  /// Every test, those that failed most often first, then by identity.
  public var tests: [Test]

  /// Sums up several results of one suite.
  public init(_ results: [SuiteResult]) {
    var sums: [String: Test] = [:]
    for test in results.flatMap(\.tests) {
      // Tests of two libraries may go by one name.
      let key = "\(test.framework.rawValue) \(test.id)"
      var sum = sums[key] ?? Test(id: test.id, runs: 0, failures: 0)
      sum.runs += test.result == .skipped ? 0 : 1
      sum.failures += [.failed, .crashed, .timedOut].contains(test.result) ? 1 : 0
      sums[key] = sum
    }
    tests = sums.values.sorted { ($1.rate, $0.id) < ($0.rate, $1.id) }
  }
}
