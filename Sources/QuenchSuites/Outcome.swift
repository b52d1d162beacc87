/// What a suite, or a whole verification, came to.
public enum Outcome: String, Sendable, Codable, CaseIterable {
  /// Every test that ran passed, and at least one ran to its end.
  case passed = "PASSED"
  /// At least one test failed.
  case failed = "FAILED"
  /// Nothing was proved either way: no test ran, all were skipped, or time ran out.
  case inconclusive = "INCONCLUSIVE"
  /// Something broke before a result: a build, a start, a crash of the test process.
  case error = "ERROR"

  /// How much an outcome weighs when several are summed up: failed, error, inconclusive, passed.
  public var severity: Int {
    switch self {
    case .passed: 0
    case .inconclusive: 1
    case .error: 2
    case .failed: 3
    }
  }

  /// The worst of several outcomes; nothing at all is inconclusive.
  public static func worst(of outcomes: some Sequence<Outcome>) -> Outcome {
    outcomes.max { $0.severity < $1.severity } ?? .inconclusive
  }
}
