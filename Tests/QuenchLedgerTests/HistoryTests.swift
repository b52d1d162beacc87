import Foundation
import QuenchEvidence
import QuenchLedger
import QuenchSuites
import Testing

@Suite("History")
struct HistoryTests {
  @Test("The newest result of each revision and suite, in the order asked for")
  func newestPerSuite() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example(revision: "one", tree: "t1"))
    let second = try await ledger.record(.example(revision: "one", tree: "t1", .failed))
    var unbuilt = Verdict.example(revision: "one", tree: "t1")
    unbuilt.suites = []
    unbuilt.build = nil
    unbuilt.hindrance = Hindrance(.build, "swift build exited with 1")
    let third = try await ledger.record(unbuilt)
    let passed = try await ledger.record(.example(revision: "two", tree: "t2"))
    try await ledger.record(.example(revision: "two", tree: "t2", .failed, service: "users"))

    let history = try await ledger.verdicts(forRevisions: ["two", "none", "one"], service: "orders")
    #expect(history.map(\.revision) == ["two", "one"])
    #expect(history.map(\.tree) == ["t2", "t1"])
    #expect(history.map(\.latest.number) == [passed, third])
    #expect(history.map(\.latest.result) == [.passed, .error])
    #expect(history.map(\.latest.reason) == [nil, "swift build exited with 1"])
    #expect(history.map(\.latest.digest) == [hex("f", 64), nil])
    #expect(history.map { $0.suites.map(\.name) } == [["api"], ["api"]])
    #expect(history.map { $0.suites.map(\.result) } == [[.passed], [.failed]])
    #expect(history[1].suites[0].verdict == second)
    #expect(history[1].suites[0].failed == 1)
    #expect(history[1].suites[0].started == Date(timeIntervalSince1970: 1_790_000_000))
  }

  @Test("A long range is read in one go")
  func longRange() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example(revision: "r39999"))
    let history = try await ledger.verdicts(forRevisions: (0..<40_000).map { "r\($0)" }, service: "orders")
    #expect(history.map(\.revision) == ["r39999"])
  }

  @Test("A test's history counts runs and failures, not skips")
  func testCounts() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    try await ledger.record(.example(tree: "t1", seconds: 1))
    try await ledger.record(.example(tree: "t1", .failed, seconds: 2))
    try await ledger.record(.example(tree: "t1", seconds: 3))
    try await ledger.record(.example(tree: "t2", .crashed, seconds: nil))
    try await ledger.record(.example(tree: "t3", .skipped, seconds: 100))
    try await ledger.record(.example(tree: "t3", .failed, service: "users"))
    let history = try await ledger.testHistory(id: "create()", suite: "api", service: "orders")
    #expect(history.entries.map(\.result) == [.skipped, .crashed, .passed, .failed, .passed])
    #expect(history.runs == 4)
    #expect(history.failures == 2)
    #expect(history.failureRate == 0.5)
    #expect(history.flakeRate == 1.0 / 3)
    #expect(history.meanSeconds == 2)
    let two = try await ledger.testHistory(id: "create()", suite: "api", service: "orders", limit: 2)
    #expect(two.entries.map(\.tree) == ["t3", "t2"])
    #expect(two.flakeRate == nil)
  }

  @Test("Repeated runs inside one verification all count, once")
  func repeatedRuns() async throws {
    let scratch = try Scratch()
    let ledger = try await scratch.ledger()
    var verdict = Verdict.example(.failed)
    verdict.suites[0].tests.append(verdict.suites[0].tests[0])
    verdict.flakiness = [
      TestFlakiness(suite: "smoke", test: "create()", runs: 99, failures: 99),
      TestFlakiness(suite: "api", test: "create()", runs: 10, failures: 3),
    ]
    try await ledger.record(verdict)
    let history = try await ledger.testHistory(id: "create()", suite: "api", service: "orders")
    #expect(history.runs == 10)
    #expect(history.failures == 3)
    #expect(history.flakeRate == 0.3)
    #expect(history.entries.allSatisfy { $0.revision == hex("a") && $0.digest == hex("f", 64) })
  }

  @Test("A test that nobody ran has no rates")
  func unknownTest() async throws {
    let scratch = try Scratch()
    let history = try await scratch.ledger().testHistory(id: "nobody()", suite: "api", service: "orders")
    #expect(history.entries.isEmpty)
    #expect(history.failureRate == nil)
    #expect(history.flakeRate == nil)
    #expect(history.meanSeconds == nil)
  }
}
