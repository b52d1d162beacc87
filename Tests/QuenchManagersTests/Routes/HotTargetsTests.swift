import Foundation
import QuenchEvidence
import QuenchLedger
import QuenchSuites
import Testing

@testable import QuenchManagers

@Suite("Hot stand-ins")
struct HotTargetsTests {
  private func verdict(_ build: RigBuild, _ suite: String, _ result: TestResult.Result) -> Verdict {
    Verdict(
      service: "rig", revision: build.revision, tree: build.tree, started: Date(),
      build: VerifiedBuild(key: build.key, digest: build.digest, cached: true),
      suites: [
        SuiteResult(
          name: suite, result: result == .passed ? .passed : .failed, durationSeconds: 1,
          tests: [TestResult(id: "one", framework: .command, result: result, durationSeconds: 1)])
      ], suiteDefinitions: [suite: RigCatalog.definition], timings: Timings(total: 1))
  }

  @Test("A suite that failed is not made up for by another that passed since")
  func everySuiteCounts() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      #expect(try await runner.promote(rig.request("plain")).result == .promoted)
      #expect(rig.routes.written.verifiedHot.count == 1)
      let build = try rig.catalog.build("plain")
      func standsIn(after verdict: Verdict) async throws -> Bool {
        try await rig.ledger.record(verdict)
        try await rig.cold.publishAnew(reason: "another verdict")
        return rig.routes.written.verifiedHot.count == 1
      }
      #expect(try await !standsIn(after: verdict(build, "api", .failed)))
      #expect(try await !standsIn(after: verdict(build, "smoke", .passed)))
      #expect(try await standsIn(after: verdict(build, "api", .passed)))
    }
  }

  @Test("A suite of the gate's that never ran is missed, but not on the build that production is on")
  func gateSuites() {
    let results = ["api": Outcome.passed]
    #expect(!HotTargets.isVerified(results, suites: ["api", "smoke"], isLive: false))
    #expect(HotTargets.isVerified(results, suites: ["api", "smoke"], isLive: true))
    #expect(HotTargets.isVerified(results, suites: ["api"], isLive: false))
    #expect(HotTargets.isVerified(results, suites: nil, isLive: false))
    #expect(!HotTargets.isVerified([:], suites: nil, isLive: true))
  }
}
