/// The counts XCTest prints at the end of a run.
struct XCTestSummary: Equatable, Sendable {
  var executed: Int
  var skipped: Int
  /// Failures, not failing tests: a test may have several.
  var failures: Int

  init(executed: Int, skipped: Int, failures: Int) {
    self.executed = executed
    self.skipped = skipped
    self.failures = failures
  }

  /// Reads `Executed 3 tests, with 1 test skipped and 2 failures (1 unexpected) in 0.1 (0.1) seconds`.
  init?(_ line: String) {
    guard let start = line.ranges(of: "Executed ").last else { return nil }
    let words = line[start.upperBound...].split(separator: " ")
    guard words.count >= 4, let executed = Int(words[0]), words[1].hasPrefix("test"), words[2] == "with",
      let first = Int(words[3])
    else { return nil }
    self.executed = executed
    if words.count > 8, words[4].hasPrefix("test"), words[5] == "skipped", words[6] == "and",
      let failures = Int(words[7]), words[8].hasPrefix("failure")
    {
      (skipped, self.failures) = (first, failures)
    } else if words.count > 4, words[4].hasPrefix("failure") {
      (skipped, failures) = (0, first)
    } else {
      return nil
    }
  }
}
