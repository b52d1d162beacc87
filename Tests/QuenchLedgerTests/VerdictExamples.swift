import Foundation
import QuenchEvidence
import QuenchSuites

/// Digests and ids that look like real ones.
func hex(_ digit: Character, _ count: Int = 40) -> String { String(repeating: digit, count: count) }

extension Verdict {
  /// A verdict with one suite, `api`, of one test, `create()`.
  static func example(
    revision: String = hex("a"), tree: String = hex("b"), _ result: TestResult.Result = .passed,
    seconds: Double? = 0.5, definition: String = hex("d", 64), service: String = "orders"
  ) -> Verdict {
    let test = TestResult(id: "create()", framework: .swiftTesting, result: result, durationSeconds: seconds)
    let outcome: Outcome =
      switch result {
      case .passed, .knownIssue: .passed
      case .failed, .crashed, .timedOut: .failed
      case .skipped: .inconclusive
      }
    return Verdict(
      service: service, revision: revision, tree: tree, started: Date(timeIntervalSince1970: 1_790_000_000),
      build: VerifiedBuild(key: hex("e", 64), digest: hex("f", 64), cached: false),
      suites: [SuiteResult(name: "api", result: outcome, durationSeconds: seconds ?? 0, tests: [test])],
      suiteDefinitions: ["api": definition], timings: Timings(total: 1))
  }
}
