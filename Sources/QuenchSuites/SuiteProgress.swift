/// What happens in a suite while it runs, for a live view; the result alone decides.
public enum SuiteProgress: Sendable, Equatable {
  /// The build of the tests printed a line.
  case building(line: String)
  /// A test began.
  case testStarted(id: String)
  /// A test ended, with what came so far.
  case testEnded(TestResult, SuiteCounts)
}

/// How many tests of a suite have ended so far, and how.
public struct SuiteCounts: Sendable, Equatable {
  /// How many passed.
  public var passed = 0
  /// How many failed, crashed or timed out.
  public var failed = 0
  /// How many were skipped.
  public var skipped = 0
  /// How many recorded only known issues.
  public var knownIssues = 0

  /// Nothing counted.
  public init() {}

  /// How many have ended.
  public var total: Int { passed + failed + skipped + knownIssues }

  mutating func count(_ result: TestResult.Result) {
    switch result {
    case .passed: passed += 1
    case .failed, .crashed, .timedOut: failed += 1
    case .skipped: skipped += 1
    case .knownIssue: knownIssues += 1
    }
  }
}
