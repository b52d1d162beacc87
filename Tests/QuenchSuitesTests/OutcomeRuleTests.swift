import Testing

@testable import QuenchSuites

@Suite struct OutcomeRuleTests {
  private func tests(_ results: TestResult.Result...) -> [TestResult] {
    results.enumerated().map { TestResult(id: "M.t\($0)()", framework: .swiftTesting, result: $1) }
  }

  private func suite(_ outcome: Outcome, _ tests: [TestResult], reason: String? = nil) -> SuiteResult {
    SuiteResult(name: "api", result: outcome, durationSeconds: 2, reason: reason, tests: tests)
  }

  @Test func silenceNeverPasses() {
    #expect(OutcomeRule().decision == (.inconclusive, "no test ran"))
    #expect(OutcomeRule(tests: tests(.skipped, .skipped)).decision == (.inconclusive, "all 2 tests were skipped"))
    #expect(OutcomeRule(tests: tests(.skipped)).outcome == .inconclusive)
    #expect(OutcomeRule(tests: tests(.passed), faults: ["cut off"]).decision == (.error, "cut off"))
    #expect(OutcomeRule(tests: tests(.passed, .crashed)).outcome == .error)
  }

  @Test func whatRanCounts() {
    #expect(OutcomeRule(tests: tests(.passed, .skipped)).decision == (.passed, nil))
    #expect(OutcomeRule(tests: tests(.knownIssue)).outcome == .passed)
  }

  @Test func aFailureOutweighsEverything() {
    #expect(OutcomeRule(tests: tests(.failed, .timedOut, .crashed), faults: ["x"]).outcome == .failed)
    #expect(OutcomeRule(tests: tests(.passed, .timedOut)).outcome == .inconclusive)
    #expect(
      OutcomeRule(tests: tests(.timedOut, .timedOut)).reason == "time ran out while M.t0() and 1 more was running")
  }

  @Test func shardsAddUp() {
    let passed = suite(.passed, tests(.passed))
    let empty = suite(.inconclusive, [], reason: "shard 1 of 2 has no test to run")
    #expect(SuiteResult.merged([passed, empty]).result == .passed)
    #expect(SuiteResult.merged([passed, empty]).reason == nil)
    #expect(SuiteResult.merged([empty, empty]).result == .inconclusive)
    #expect(SuiteResult.merged([empty, empty]).reason != nil)
    #expect(SuiteResult.merged([]).result == .inconclusive)
    let skipped = suite(.inconclusive, tests(.skipped))
    #expect(SuiteResult.merged([passed, skipped]).result == .passed)
    #expect(SuiteResult.merged([skipped, empty]).result == .inconclusive)
    let timedOut = suite(.inconclusive, tests(.timedOut), reason: "time ran out")
    #expect(SuiteResult.merged([passed, timedOut]).result == .inconclusive)
    #expect(SuiteResult.merged([passed, timedOut]).reason == "time ran out")
    let failed = suite(.failed, tests(.failed))
    let error = suite(.error, [], reason: "crash")
    #expect(SuiteResult.merged([error, failed, passed]).result == .failed)
    #expect(SuiteResult.merged([error, passed]).result == .error)
    #expect(SuiteResult.merged([error, passed]).reason == "crash")
    #expect(SuiteResult.merged([passed, failed]).tests.count == 2)
    #expect(SuiteResult.merged([passed, failed]).durationSeconds == 2)
  }

  @Test func shardsSplitAllTestsAndAreTheSameEachTime() {
    let all = (0..<101).map { "M.S/t\($0)()" }
    for count in [1, 2, 3, 7, 200] {
      let shards = (0..<count).map { TestSharding.members(of: all.shuffled(), in: .init(index: $0, count: count)) }
      #expect(shards.reduce(0) { $0 + $1.count } == all.count)
      #expect(shards.reduce(Set()) { $0.union($1) } == Set(all))
      #expect((shards.map(\.count).max() ?? 0) - (shards.map(\.count).min() ?? 0) <= 1)
    }
  }

  @Test func patternsChooseExactlyTheNamedTests() throws {
    let all = [
      "M.f()/A.swift:1:1", "M.f(_:)/A.swift:2:1", "M.S/f()/A.swift:3:1", "M.S/T/f()/A.swift:4:1",
      "M.S/`a + (b) [c]|d`()/A.swift:5:1", "M.S/ff()/A.swift:6:1", "N.f()/A.swift:7:1",
    ]
    for index in all.indices {
      for chosen in [[all[index]], Array(all[index...]), Array(all[...index])] {
        let patterns = try SwiftTestingPatterns.matching(chosen, longest: 20).map { try Regex($0) }
        let matched = all.filter { name in patterns.contains { name.contains($0) } }
        #expect(matched == chosen)
      }
    }
  }

  @Test func flakinessIsCountedPerTest() {
    let results: [[TestResult.Result]] = [
      [.passed, .failed, .skipped], [.passed, .passed, .passed], [.passed, .crashed, .passed],
    ]
    let runs = results.map { results in
      SuiteResult(
        name: "api", result: .failed, durationSeconds: 1,
        tests: results.enumerated().map { TestResult(id: "M.t\($0)()", framework: .xctest, result: $1) })
    }
    let tests = FlakinessReport(runs).tests
    #expect(tests.map(\.id) == ["M.t1()", "M.t0()", "M.t2()"])
    #expect(tests.map(\.failures) == [2, 0, 0])
    #expect(tests.map(\.runs) == [3, 3, 2], "a skip is no run")
  }
}
