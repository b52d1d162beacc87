import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchReports
import QuenchSuites
import QuenchVerification

/// A verdict for people: suites, what failed and where, and the next command.
struct VerdictText {
  let console: Console
  let revision: Revision
  /// How the command was called, which decides what there is to do next.
  let command: VerifyCommand

  private var style: Style { console.style }

  /// A verdict that was known already.
  func show(known verdict: Verdict) {
    console.result(
      "\(verdict.result.word(style))  \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))  "
        + style.dim("(known since \(verdict.started.formatted(.iso8601)))"))
    // Which tests failed is in the verdict; here it is enough to say where.
    for suite in verdict.suites where suite.result != .passed { show(suite, width: suite.name.count) }
  }

  /// That there was no time left for the revision.
  func showLeftOut() {
    console.result(
      "\(style.yellow("not verified"))  \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))  "
        + style.dim("(the time limit was reached)"))
  }

  /// A verdict that was just reached.
  func show(_ report: Verification.Report) {
    let verdict = report.verdict
    if console.verbosity == .quiet, verdict.result == .passed { return console.result(summary(verdict)) }
    let width = verdict.suites.map(\.name.count).max() ?? 0
    for suite in verdict.suites {
      show(suite, width: width)
      if let reason = suite.reason { indent(reason.printable, by: 6) }
      for test in suite.tests { show(test) }
    }
    for test in verdict.flakiness ?? [] where test.failures > 0 && test.failures < test.runs {
      console.result(
        "  " + style.yellow("flaky")
          + "  \(test.suite): \(test.test.printable) failed \(test.failures) of \(test.runs) runs")
    }
    if let failure = report.failure {
      // Errors are said on standard error, also where the result is a document.
      let lines = DiagnosticText.lines(of: failure)
      console.complaint("  " + console.errorStyle.red("! ") + (lines.first ?? "").printable)
      for line in lines.dropFirst() { console.complaint("    " + line.printable) }
    }
    if verdict.suites.isEmpty, report.failure == nil, let reason = verdict.reason {
      console.complaint("  " + console.errorStyle.yellow("? ") + reason.printable)
    }
    for line in verdict.leftBehind ?? [] { console.complaint("  left behind: " + line.printable) }
    console.result(summary(verdict))
    if let next = next(verdict), report.failure == nil { console.result(style.dim("next: \(next)")) }
  }

  private func summary(_ verdict: Verdict) -> String {
    "\(verdict.result.word(style))  \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))  "
      + style.dim("\(verdict.timings.total.asSeconds), \(rolledBack(verdict))")
  }

  private func show(_ suite: SuiteResult, width: Int) {
    console.result(
      "  \(suite.result.mark(style)) \(suite.name.padded(to: width))  \(SuiteCounts(suite, emphasis: style.red))  "
        + style.dim(suite.durationSeconds.asSeconds))
  }

  private func show(_ test: TestResult) {
    guard [.failed, .crashed, .timedOut].contains(test.result) else { return }
    let place = test.file.map { file in "  \(file)\(test.line.map { ":\($0)" } ?? "")" } ?? ""
    console.result("      " + style.red("✗ ") + test.id.printable + style.dim(place.printable))
    if let message = test.message { indent(message.printable, by: 8) }
  }

  private func indent(_ text: String, by width: Int) {
    for line in Self.excerpt(text.split(whereSeparator: \.isNewline).map(String.init)) {
      console.result(String(repeating: " ", count: width) + line)
    }
  }

  /// The first lines and the last, which is where reasons stand.
  static func excerpt(_ lines: [String], most: Int = 16) -> [String] {
    guard lines.count > most else { return lines }
    let head = 4, tail = most - head - 1
    return lines.prefix(head) + ["… \((lines.count - head - tail).counting("line")) …"] + lines.suffix(tail)
  }

  private func rolledBack(_ verdict: Verdict) -> String {
    if let revision = verdict.rolledBackTo { return "hot set back on \(revision.prefix(7))" }
    return verdict.instances.isEmpty ? "nothing that it started is left running" : "hot instances stopped"
  }

  /// What tells more than the verdict does; nil where the command was called with that already.
  private func next(_ verdict: Verdict) -> String? {
    var advice: [String] = []
    // A repetition tells a flaky test from one that fails: not where nothing was tested, or it was asked for already.
    if verdict.result == .failed, command.repetitions == 1 { advice.append("--repeat 5 tells a flaky test") }
    if verdict.result != .passed, command.artifacts == nil { advice.append("--artifacts DIR collects the logs") }
    guard !advice.isEmpty else { return nil }
    return "quench verify \(revision.id.abbreviated) " + advice.joined(separator: "; ")
  }
}
