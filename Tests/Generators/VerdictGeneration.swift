import Foundation
import QuenchEvidence
import QuenchSuites

extension SeededGenerator {
  /// Any verdict.
  public mutating func verdict() -> Verdict {
    Verdict(
      service: text(), revision: text(), tree: text(),
      started: Date(timeIntervalSince1970: Double.random(in: 0...4_000_000_000, using: &self)),
      build: maybe { VerifiedBuild(key: $0.text(), digest: $0.text(), cached: Bool.random(using: &$0)) },
      serviceDefinition: maybe { $0.text() }, suites: list(4) { $0.suite() },
      suiteDefinitions: Dictionary(list(3) { ($0.text(), $0.text()) }) { first, _ in first },
      hindrance: maybe { Hindrance(Hindrance.Kind.allCases.randomElement(using: &$0) ?? .build, $0.text()) },
      instances: list(3) {
        VerifiedInstance(id: $0.text(), port: Int.random(in: 1...65535, using: &$0), revision: $0.text())
      },
      rolledBackTo: maybe { $0.text() },
      timings: Timings(checkout: seconds(), build: seconds(), deploy: seconds(), suites: seconds(), total: seconds()),
      isolation: text(), attestation: maybe { $0.text() },
      flakiness: maybe { $0.list(2) { TestFlakiness(suite: $0.text(), test: $0.text(), runs: 9, failures: 4) } },
      leftBehind: maybe { $0.list(2) { $0.text() } })
  }

  /// Any suite's result.
  public mutating func suite() -> SuiteResult {
    SuiteResult(
      name: text(), result: Outcome.allCases.randomElement(using: &self) ?? .error, durationSeconds: seconds(),
      reason: maybe { $0.text() }, tests: list(5) { $0.test() },
      runs: maybe { $0.list(3) { Outcome.allCases.randomElement(using: &$0) ?? .error } })
  }

  /// Any test's result.
  public mutating func test() -> TestResult {
    TestResult(
      id: text(), framework: TestResult.Framework.allCases.randomElement(using: &self) ?? .command,
      result: TestResult.Result.allCases.randomElement(using: &self) ?? .crashed,
      durationSeconds: maybe { $0.seconds() }, message: maybe { $0.text() }, file: maybe { $0.text() },
      line: maybe { Int.random(in: 1...9999, using: &$0) })
  }
}
