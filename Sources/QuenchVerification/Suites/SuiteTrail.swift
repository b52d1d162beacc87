import QuenchProcesses
import QuenchSuites
import Synchronization

/// How far suites have come that have not ended, for when they are cut off.
final class SuiteTrail: Sendable {
  private struct Begun {
    let start: ContinuousClock.Instant
    var end: ContinuousClock.Instant?
    var tests: [TestResult] = []
  }

  private let suites = Mutex<[String: Begun]>([:])

  /// Notes that a suite, or the first part of it, begins.
  func begin(_ name: String) {
    suites.withLock { if $0[name] == nil { $0[name] = Begun(start: .now) } }
  }

  /// Notes a test that ended.
  func add(_ test: TestResult, of name: String) {
    // What ends when everything is being ended may have been ended by that.
    guard !StopDeadline.ofThisProcess.isCalled else { return }
    suites.withLock { $0[name]?.tests.append(test) }
  }

  /// Notes that nothing of a suite runs any more.
  func end(_ name: String) {
    suites.withLock { $0[name]?.end = .now }
  }

  /// What is to be said of a suite that has no result.
  ///
  /// - Parameters:
  ///   - outcome: what a suite comes to that nothing is known of; one of which a test failed has failed.
  ///   - reason: what kept it from its end, or from beginning.
  func result(of name: String, _ outcome: Outcome, _ reason: String) -> SuiteResult {
    guard let begun = suites.withLock({ $0[name] }) else {
      return SuiteResult(
        name: name, result: outcome, durationSeconds: 0, reason: "the suite was not run: \(reason)", tests: [])
    }
    return SuiteResult(
      name: name, result: begun.tests.contains { $0.result == .failed } ? .failed : outcome,
      durationSeconds: ((begun.end ?? .now) - begun.start).seconds, reason: "the suite did not end: \(reason)",
      tests: begun.tests)
  }
}
