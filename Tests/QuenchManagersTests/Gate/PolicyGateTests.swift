import Foundation
import QuenchConfiguration
import QuenchEvidence
import QuenchLedger
import QuenchSuites
import Testing

@testable import QuenchManagers

@Suite("The gate that goes by this host's verdicts")
struct PolicyGateTests {
  private static let digest = String(repeating: "f", count: 64)

  private func verdict(tree: String, _ result: TestResult.Result, definition: String = "d") -> Verdict {
    Verdict(
      service: "rig", revision: "revision-\(tree)", tree: tree, started: Date(),
      build: VerifiedBuild(key: "key-\(tree)", digest: Self.digest, cached: false),
      suites: [
        SuiteResult(
          name: "api", result: result == .passed ? .passed : .failed, durationSeconds: 1,
          tests: [TestResult(id: "one", framework: .command, result: result, durationSeconds: 1)])
      ], suiteDefinitions: ["api": definition], timings: Timings(total: 1))
  }

  private func candidate(tree: String, independent: Set<String> = []) -> PromotionCandidate {
    PromotionCandidate(
      service: "rig", revision: "revision-\(tree)", tree: tree, digest: Self.digest, definitions: ["api": "d"],
      independentSuites: independent)
  }

  @Test("Tests of the revision's own speak for its tree alone, whatever else has the same bytes")
  func ownTestsSpeakForTheirTree() async throws {
    let scratch = try LedgerScratch()
    let ledger = try await Ledger(scratch.state)
    try await ledger.record(verdict(tree: "new", .failed))
    try await ledger.record(verdict(tree: "old", .passed))
    let gate = PolicyGate(ledger: ledger)
    func reason(_ candidate: PromotionCandidate) async throws -> PromotionReason? {
      try await gate.decide(candidate).first
    }
    let new = try await reason(candidate(tree: "new"))
    #expect(new?.ok == false && new?.detail == "suite api failed on this build")
    #expect(try await reason(candidate(tree: "old"))?.ok == true)
    let third = try await reason(candidate(tree: "third"))
    #expect(third?.ok == false && third?.detail.contains("tests of other revisions") == true)
    // The definition of such a suite says which tests they are.
    #expect(try await reason(candidate(tree: "third", independent: ["api"]))?.ok == true)
  }
}
