import Foundation
import QuenchEvidence
import QuenchGit
import QuenchSuites

/// The JUnit report that a CI job keeps of a verification; it never looks better than what came of it.
enum JUnitReport {
  /// The report on one revision.
  static func data(on verdict: Verdict) -> Data { Data(JUnitWriter.text(of: suites(of: verdict)).utf8) }

  /// The report on several revisions, each of whose suites stands under the revision's name.
  ///
  /// - Parameter verdicts: what came of each; one that is not there has not been verified.
  static func data(on revisions: [Revision], _ verdicts: (Revision) -> Verdict?) -> Data {
    let suites = revisions.flatMap { revision in
      (verdicts(revision).map(suites(of:)) ?? [notVerified]).map { suite in
        var named = suite
        named.name = "\(revision.id.description.prefix(12)) \(suite.name)"
        return named
      }
    }
    return Data(JUnitWriter.text(of: suites).utf8)
  }

  private static let notVerified = SuiteResult(
    name: "quench", result: .inconclusive, durationSeconds: 0, reason: "the revision was not verified", tests: [])

  private static func suites(of verdict: Verdict) -> [SuiteResult] {
    guard let reason = verdict.reason, verdict.suites.allSatisfy({ $0.soundResult == .passed }) else {
      return verdict.suites
    }
    // Nothing, or suites that all passed, would read as nothing to complain about.
    return verdict.suites + [
      SuiteResult(
        name: "quench", result: verdict.result, durationSeconds: verdict.timings.total, reason: reason, tests: [])
    ]
  }
}
