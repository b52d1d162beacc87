import Foundation
import QuenchEvidence
import QuenchLedger
import QuenchSuites
import Testing

@Suite("History")
struct HistoryTests {
  @Test("The newest verdict and the newest result of each suite, for every revision with the tree")
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

    let histories = try await ledger.verdicts(
      forTrees: ["two": "t2", "merge of one": "t1", "none": "t3"], service: "orders")
    #expect(histories.keys.sorted() == ["merge of one", "two"], "a verdict counts for every revision with its tree")
    let history = try [#require(histories["two"]), #require(histories["merge of one"])]
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
    try await ledger.record(.example(tree: "t39999"))
    let trees = Dictionary(uniqueKeysWithValues: (0..<40_000).map { ("r\($0)", "t\($0)") })
    let histories = try await ledger.verdicts(forTrees: trees, service: "orders")
    #expect(Array(histories.keys) == ["r39999"])
  }
}
