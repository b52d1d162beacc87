/// How often a test failed when one verification ran it several times.
public struct TestFlakiness: Sendable, Hashable, Codable {
  /// The name of the test's suite.
  public var suite: String
  /// The test's id within its suite.
  public var test: String
  /// How often the test ran; skips do not count.
  public var runs: Int
  /// How many of these runs failed.
  public var failures: Int

  /// Counts the runs of a test.
  public init(suite: String, test: String, runs: Int, failures: Int) {
    self.suite = suite
    self.test = test
    self.runs = runs
    self.failures = failures
  }
}
