import QuenchProcesses

/// How tests, and what went wrong around them, add up to an outcome.
///
/// Nothing passes by silence. In this order: a test that failed makes FAILED. A fault (a crash, a stream that was cut off, an exit status nothing
/// explains) makes ERROR. Time that ran out, no test at all, and nothing but skipped tests make INCONCLUSIVE. What is
/// left is PASSED; a test with only known issues has run and counts for that.
struct OutcomeRule {
  /// Every test that started, or was skipped.
  var tests: [TestResult] = []
  /// What went wrong apart from failing tests, in words.
  var faults: [String] = []
  /// How long the tests might take; nil for as long as they liked.
  var timeout: Duration?
  /// Why there is no test, in words, for when there is none.
  var nothing = "no test ran"

  var outcome: Outcome { decision.outcome }
  var reason: String? { decision.reason }

  var decision: (outcome: Outcome, reason: String?) {
    let fault = faults.isEmpty ? nil : faults.joined(separator: "; ")
    if tests.contains(where: { $0.result == .failed }) { return (.failed, fault) }
    if let fault { return (.error, fault) }
    if let crashed = tests.first(where: { $0.result == .crashed }) {
      return (.error, "the process ended while \(crashed.id) was running")
    }
    let timedOut = tests.filter { $0.result == .timedOut }
    if let first = timedOut.first {
      let others = timedOut.count > 1 ? " and \(timedOut.count - 1) more" : ""
      let limit = timeout.map { ": its timeout is \($0)" } ?? ""
      return (.inconclusive, "time ran out while \(first.id)\(others) was running\(limit)")
    }
    if tests.isEmpty { return (.inconclusive, nothing) }
    if tests.allSatisfy({ $0.result == .skipped }) {
      return (.inconclusive, tests.count == 1 ? "the only test was skipped" : "all \(tests.count) tests were skipped")
    }
    return (.passed, nil)
  }

  func result(name: String, duration: Duration) -> SuiteResult {
    let (outcome, reason) = decision
    return SuiteResult(
      name: name, result: outcome, durationSeconds: duration.seconds, reason: reason, tests: tests)
  }
}
