import Foundation
import QuenchEvidence
import QuenchSuites
import Testing

@Suite("Verdict")
struct VerdictTests {
  private func verdict(_ outcomes: [Outcome], _ hindrance: Hindrance? = nil) -> Verdict {
    let passing = TestResult(id: "a", framework: .xctest, result: .passed)
    let suites = outcomes.map { SuiteResult(name: $0.rawValue, result: $0, durationSeconds: 1, tests: [passing]) }
    return Verdict(
      service: "orders", revision: "r", tree: "t", started: Date(), suites: suites, hindrance: hindrance)
  }

  @Test("The worst suite decides")
  func worstSuite() {
    #expect(verdict([.passed, .passed]).result == .passed)
    #expect(verdict([.passed, .inconclusive]).result == .inconclusive)
    #expect(verdict([.inconclusive, .error, .passed]).result == .error)
    #expect(verdict([.error, .failed, .inconclusive]).result == .failed)
    #expect(verdict([.passed]).reason == nil)
  }

  @Test("Without suites nothing is proved")
  func noSuites() {
    #expect(verdict([]).result == .inconclusive)
    #expect(verdict([]).reason == "no suite ran")
  }

  @Test("A failed build or start is an error, a time limit inconclusive")
  func hindrances() {
    #expect(verdict([], Hindrance(.build, "swift build exited with 1")).result == .error)
    #expect(verdict([], Hindrance(.build, "swift build exited with 1")).reason == "swift build exited with 1")
    #expect(verdict([], Hindrance(.start, "port 1")).result == .error)
    #expect(verdict([.passed], Hindrance(.rollback, "data")).result == .error)
    #expect(verdict([.passed], Hindrance(.timeLimit, "10 minutes")).result == .inconclusive)
    #expect(verdict([.failed], Hindrance(.timeLimit, "10 minutes")).result == .failed)
  }

  @Test("No hindrance leaves a verdict passed", arguments: Hindrance.Kind.allCases)
  func everyHindranceCounts(_ kind: Hindrance.Kind) {
    #expect(verdict([.passed], Hindrance(kind, "it")).result != .passed)
  }

  @Test("A suite that passed in silence does not pass")
  func silence() {
    let skipped = TestResult(id: "a", framework: .xctest, result: .skipped)
    let known = TestResult(id: "a", framework: .xctest, result: .knownIssue)
    var verdict = verdict([.passed])
    verdict.suites[0] = SuiteResult(name: "api", result: .passed, durationSeconds: 1, tests: [])
    #expect(verdict.result == .inconclusive)
    verdict.suites[0] = SuiteResult(name: "api", result: .passed, durationSeconds: 1, tests: [skipped])
    #expect(verdict.result == .inconclusive)
    verdict.suites[0] = SuiteResult(name: "api", result: .passed, durationSeconds: 1, tests: [skipped, known])
    #expect(verdict.result == .passed)
  }

  @Test("The start is kept to the second")
  func wholeSeconds() {
    let date = Date(timeIntervalSince1970: 1_700_000_000.9)
    let verdict = Verdict(service: "orders", revision: "r", tree: "t", started: date)
    #expect(verdict.started == Date(timeIntervalSince1970: 1_700_000_000))
  }
}
