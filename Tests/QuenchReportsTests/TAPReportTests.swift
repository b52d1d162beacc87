import Foundation
import QuenchEvidence
import QuenchSuites
import Testing

@testable import QuenchReports

struct TAPReportTests {
  @Test func suitesHoldTheirTests() {
    let tests = [
      TestResult(id: "a", framework: .xctest, result: .passed),
      TestResult(id: "b # x", framework: .xctest, result: .failed, message: "one\n\"two\"", file: "B.swift", line: 7),
      TestResult(id: "c", framework: .xctest, result: .skipped, message: "not now"),
      TestResult(id: "d", framework: .xctest, result: .knownIssue),
    ]
    let verdict = Verdict(
      service: "s", revision: "r", tree: "t", started: .now,
      suites: [
        SuiteResult(name: "api", result: .failed, durationSeconds: 1, tests: tests),
        SuiteResult(name: "smoke", result: .passed, durationSeconds: 1, tests: [tests[0]]),
      ])
    #expect(
      TAPReport([("r", verdict)]).description == """
        TAP version 14
        # Subtest: api
            ok 1 - a
            not ok 2 - b \\# x
              ---
              message: "one\\n\\"two\\""
              severity: "failed"
              file: "B.swift"
              line: "7"
              ...
            ok 3 - c # SKIP not now
            not ok 4 - d # TODO
            1..4
        not ok 1 - api
        # Subtest: smoke
            ok 1 - a
            1..1
        ok 2 - smoke
        1..2

        """)
  }

  @Test func whatKeptTestsFromRunningIsNotOk() {
    let verdict = Verdict(
      service: "s", revision: "r", tree: "t", started: .now, hindrance: Hindrance(.build, "it does not compile"))
    let text = TAPReport([("r", verdict)]).description
    #expect(
      text.contains("not ok 1 - quench") && text.contains("message: \"it does not compile\"")
        && text.hasSuffix("1..1\n"))
  }

  @Test func whatWasNotVerifiedIsNotOk() {
    let text = TAPReport([("abc", nil), ("def", PageTests.verdictPage("x").verdict)]).description
    #expect(text.contains("not ok 1 - abc quench") && text.contains("was not verified"))
  }

  /// A line of somebody else's would be a test point.
  @Test(arguments: PageTests.hostile + ["a\nok 1 - forged\n1..1", "Bail out!", "a\rok 3 - forged"])
  func whatTestsSayIsNoLineOfItsOwn(text: String) {
    let verdict = PageTests.verdictPage(text).verdict
    for line in TAPReport([("r", verdict)]).description.split(whereSeparator: \.isNewline).dropFirst() {
      let known =
        #/\ *(?:(?:not )?ok [12] - .*|1\.\.[12]|---|\.\.\.|(?:message|severity|file|line): ".*"|# Subtest: .*)/#
      #expect(line.wholeMatch(of: known) != nil, "\(line)")
    }
  }
}
