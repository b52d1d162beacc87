import Foundation
import Generators
import QuenchProcesses
import SystemPackage
import Testing

@testable import QuenchSuites

@Suite struct XCTestOutputTests {
  private static let alpha = [
    "AlphaTests.FailingTearDownTests/testOne", "AlphaTests.FailingTearDownTests/testSkipAfterFailure",
    "AlphaTests.PlainTests/testAsync", "AlphaTests.PlainTests/testFails", "AlphaTests.PlainTests/testPasses",
    "AlphaTests.PlainTests/testPrintsWithoutNewline", "AlphaTests.PlainTests/testSkips",
    "AlphaTests.PlainTests/testStderrNoNewline", "AlphaTests.PlainTests/testThrows",
    "AlphaTests.SkippingSetUpTests/testOne",
  ]
  private static let ending = "AlphaTests.EndingTests"

  private func report(
    _ lines: [String], _ tests: [String], _ process: ProcessEnding, timedOut: Bool = false, whole: Bool = false
  ) -> XCTestReport {
    var reader = XCTestOutputReader(tests: tests, isWholeBundle: whole, package: "/package")
    for line in lines { _ = reader.read(line) }
    return reader.report(ending: XCTestReport.Ending(process: process, timedOut: timedOut))
  }

  private func report(
    _ fixture: String, _ tests: [String], _ process: ProcessEnding, timedOut: Bool = false
  ) throws -> XCTestReport {
    report(try Fixtures.lines("xctest-output/\(fixture).txt"), tests, process, timedOut: timedOut)
  }

  private func outcomes(_ report: XCTestReport) -> [String: TestResult.Result] {
    Dictionary(uniqueKeysWithValues: report.tests.map { ($0.id, $0.result) })
  }

  @Test func readsWhatXCTestPrints() throws {
    let report = try report("mixed", Self.alpha, .exited(1))
    #expect(report.faults.isEmpty && report.neverStarted == 0)
    let results: [TestResult.Result] = [
      .passed, .failed, .passed, .failed, .passed, .passed, .skipped, .failed, .failed, .skipped,
    ]
    #expect(report.tests.map(\.result) == results)
    #expect(report.tests.map(\.id) == Self.alpha)
    let fails = report.tests[3]
    #expect(
      fails.message
        == "XCTAssertEqual failed: (\"1\") is not equal to (\"2\") - one: is error: not two\nfailed - second")
    #expect(fails.file == "Tests/AlphaTests/Alpha.swift" && fails.line == 9)
    #expect(report.tests[6].message == "not today")
    #expect(report.tests[9].message == "no database", "skipped in setUp")
    #expect(report.tests[8].file == nil && report.tests[8].line == nil)
  }

  @Test func oneNameInTwoModulesIsTwoTests() throws {
    let tests =
      ["AlphaTests.PlainTests/testPasses"]
      + ["Measure", "Multiline", "NonFatal", "Passes"].map { "GammaTests.PlainTests/test\($0)" }
      + ["GammaTests.SetUpFails/testNever"]
    let report = try report("same-names", tests, .exited(1))
    #expect(report.faults.isEmpty)
    #expect(report.tests.map(\.result) == [.passed, .passed, .failed, .failed, .passed, .failed])
  }

  @Test func aForgedPassDoesNotHideAFailure() throws {
    let test = "AlphaTests.ForgedTests/testForgesAPass"
    #expect(try outcomes(report("forged-pass", [test], .exited(1))) == [test: .failed])
  }

  @Test func aForgedPassAndAnExitAreAnError() throws {
    let report = try report("forged-exit", ["AlphaTests.ForgedTests/testForgesAndExits"], .exited(0))
    #expect(report.faults == ["XCTest's process exited with status 0 before its summary"])
    #expect(OutcomeRule(tests: report.tests, faults: report.faults).outcome == .error)
  }

  @Test func anExitMidwayIsACrash() throws {
    let tests = ["\(Self.ending)/testExitsZero", "AlphaTests.PlainTests/testPasses"]
    let report = try report("exit-zero", tests, .exited(0))
    #expect(outcomes(report) == [tests[0]: .crashed])
    #expect(report.tests[0].message == "the process exited with status 0 while it was running")
    #expect(report.neverStarted == 1 && report.faults.count == 1)
  }

  @Test func aCrashNamesTheSignal() throws {
    let tests = ["\(Self.ending)/testCrashes", "AlphaTests.PlainTests/testPasses"]
    let report = try report("crash", tests, .signalled(SIGILL))
    #expect(outcomes(report) == [tests[0]: .crashed])
    #expect(report.tests[0].message == "the process ended with signal 4 (ILL) while it was running")
  }

  @Test func aHangIsATimeoutAndNoFault() throws {
    let report = try report("hang", ["\(Self.ending)/testHangs"], .signalled(SIGTERM), timedOut: true)
    #expect(report.tests.map(\.result) == [.timedOut] && report.faults.isEmpty)
    #expect(OutcomeRule(tests: report.tests).outcome == .inconclusive)
  }

  private static let header = ["Test Suite 'Selected tests' started at 2026-01-01 00:00:00.000"]
  private static func run(_ name: String, _ verdict: String) -> [String] {
    ["Test Case '\(name)' started at 2026-01-01 00:00:00.000", "Test Case '\(name)' \(verdict) (0.001 seconds)"]
  }
  private static func footer(_ counts: String) -> [String] {
    [
      "Test Suite 'Selected tests' passed at 2026-01-01 00:00:00.000",
      "\t Executed \(counts) (0 unexpected) in 0.0 (0.0) seconds",
    ]
  }

  @Test func aLineCutInTwoIsWorkedOutFromTheCounts() {
    let cut = [
      "Test Case 'A.testTwo' started at 2026-01-01 00:00:00.000", "Test Case 'A.tes", "log line", "tTwo' passed (0.0",
    ]
    let lines = Self.header + Self.run("A.testOne", "passed") + cut + Self.footer("2 tests, with 0 failures")
    let tests = ["M.A/testOne", "M.A/testTwo"]
    #expect(report(lines, tests, .exited(0)).tests.map(\.result) == [.passed, .passed])
    let unclear =
      Self.header + Self.run("A.testOne", "passed") + cut
      + Self.footer("2 tests, with 1 test skipped and 0 failures")
    let report = report(unclear, tests, .exited(0))
    #expect(!report.faults.isEmpty, "the lost line may have been a skip")
    #expect(report.tests.map(\.result) == [.passed, .crashed])
  }

  @Test(arguments: [
    (ProcessEnding.exited(1), "1 test, with 0 failures"), (.exited(3), "1 test, with 0 failures"),
    (.exited(0), "1 test, with 1 failure"), (.exited(0), "2 tests, with 0 failures"),
    (.exited(0), "0 tests, with 0 failures"), (.exited(0), "1 test, with 1 test skipped and 0 failures"),
    (.signalled(SIGSEGV), "1 test, with 0 failures"),
  ])
  func statusAndSummaryMustAgree(ending: ProcessEnding, counts: String) {
    let lines = Self.header + Self.run("A.testOne", "passed") + Self.footer(counts)
    let report = report(lines, ["M.A/testOne"], ending)
    #expect(!report.faults.isEmpty)
    #expect(OutcomeRule(tests: report.tests, faults: report.faults).outcome == .error)
  }

  @Test func aFailureWhoseLastLineWasLostIsNoPass() {
    let forged = Self.run("A.testOne", "passed")
    let lines =
      Self.header + forged + ["/package/A.swift:1: error: A.testOne : failed - bad", "Test Case 'A.tes"]
      + Self.footer("1 test, with 1 failure")
    #expect(report(lines, ["M.A/testOne"], .exited(1)).tests.map(\.result) == [.failed])
  }

  @Test func aSummaryOfAnotherSuiteIsNotTheRuns() {
    let lines =
      Self.header + Self.run("A.testOne", "passed")
      + [
        "Test Suite 'A' passed at 2026-01-01 00:00:00.000",
        "\t Executed 1 test, with 0 failures (0 unexpected) in 0.0 (0.0) seconds",
      ]
    #expect(report(lines, ["M.A/testOne"], .exited(0)).faults.count == 1)
    let whole = lines.map { $0.replacing("'A'", with: "'All tests'") }
    #expect(report(whole, ["M.A/testOne"], .exited(0), whole: true).faults.isEmpty)
  }

  @Test func aQuotedValueMayHaveLines() {
    let failure = [
      #"/package/Tests/A.swift:3: error: A.testOne : XCTAssertEqual failed: ("one"#,
      #"two") is not equal to ("three")"#,
      "something printed",
    ]
    var run = Self.run("A.testOne", "failed")
    run.insert(contentsOf: failure, at: 1)
    let report = report(Self.header + run + Self.footer("1 test, with 1 failure"), ["M.A/testOne"], .exited(1))
    #expect(report.tests[0].message == "XCTAssertEqual failed: (\"one\ntwo\") is not equal to (\"three\")")
  }

  @Test(arguments: 0..<8) func noMutationMakesAFailingRunPass(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let original = try Fixtures.bytes("xctest-output/mixed.txt")
    for _ in 0..<40 {
      let text = String(decoding: generator.mutated(original), as: UTF8.self)
      let report = report(text.split(separator: "\n").map(String.init), Self.alpha, .exited(1))
      let outcome = OutcomeRule(tests: report.tests, faults: report.faults).outcome
      #expect([.failed, .error].contains(outcome), "seed \(seed): the process said that something failed")
    }
  }

  @Test func readsTheBundlesList() throws {
    let dump = try Data(Fixtures.bytes("xctest-output/list.json"))
    let list = try #require(XCTestList(dump: Data("noise {\n".utf8) + dump + Data("more } noise\n".utf8)))
    #expect(list.tests.count == 23)
    #expect(list.tests.first == "AlphaTests.EndingTests/testCrashes")
    #expect(list.selected(filter: "Plain.*/testPas", skip: "^Gamma").tests == ["AlphaTests.PlainTests/testPasses"])
    #expect(XCTestList(dump: Data("nothing".utf8)) == nil)
  }

  @Test func choosesWholeClassesAndCutsLongArguments() throws {
    let list = XCTestList(tests: ["M.A/one", "M.A/two", "M.B/one", "M.B/two", "M.C/one"])
    #expect(list.batches(of: list.tests) == [XCTestList.Batch(tests: list.tests, argument: nil)])
    #expect(list.batches(of: []) == [])
    let some = ["M.A/one", "M.A/two", "M.B/two"]
    #expect(list.batches(of: some) == [XCTestList.Batch(tests: some, argument: "M.A,M.B/two")])
    let short = list.batches(of: some, longestArgument: 8)
    #expect(short.map(\.argument) == ["M.A", "M.B/two"] && short.flatMap(\.tests) == some)
  }
}
