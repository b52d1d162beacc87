import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites

/// Verdicts in the Test Anything Protocol, version 14 (testanything.org): a test point for each suite, with a subtest of its tests.
public struct TAPReport: CustomStringConvertible {
  /// The text.
  public let description: String

  /// The report on revisions, each of whose suites is a test point; one without a verdict was not verified.
  public init(_ revisions: [(revision: String, verdict: Verdict?)]) {
    var lines = ["TAP version 14"], number = 0
    for (revision, verdict) in revisions {
      let prefix = revisions.count > 1 ? "\(revision.prefix(12)) " : ""
      guard let verdict else {
        number += 1
        lines += Self.point(number, prefix + "quench", false, reason: "the revision was not verified")
        continue
      }
      for suite in verdict.suites {
        number += 1
        lines += Self.subtest(suite)
        lines += Self.point(number, prefix + suite.name, suite.soundResult == .passed, reason: suite.reason)
      }
      // A verdict of no suite, or of suites that all passed, would read as nothing to complain about.
      if let reason = verdict.reason {
        number += 1
        lines += Self.point(number, prefix + "quench", verdict.result == .passed, reason: reason)
      }
    }
    lines.append("1..\(number)")
    description = lines.map { $0 + "\n" }.joined()
  }

  private static func subtest(_ suite: SuiteResult) -> [String] {
    var lines = ["# Subtest: \(escaped(suite.name))"]
    for (index, test) in suite.tests.enumerated() {
      let directive: String? =
        switch test.result {
        case .skipped: "SKIP"
        case .knownIssue: "TODO"
        default: nil
        }
      // What is known to fail is not ok, and counts as nothing to complain about by its directive.
      let isGood = test.result.tone == .good || test.result == .skipped
      lines += point(index + 1, test.id, isGood, directive: directive, reason: test.message, test: test).map {
        "    " + $0
      }
    }
    return lines + ["    1..\(suite.tests.count)"]
  }

  private static func point(
    _ number: Int, _ name: String, _ isGood: Bool, directive: String? = nil, reason: String?, test: TestResult? = nil
  ) -> [String] {
    var line = "\(isGood ? "ok" : "not ok") \(number) - \(escaped(name))"
    if let directive { line += " # \(directive)" + (reason.map { " \(escaped($0).cut(to: 200))" } ?? "") }
    guard !isGood, directive == nil else { return [line] }
    var diagnostics: [(String, String)] = []
    if let reason { diagnostics.append(("message", Excerpt.text(reason))) }
    if let test {
      diagnostics.append(("severity", test.result.word))
      if let file = test.file { diagnostics.append(("file", Excerpt.line(file))) }
      if let number = test.line { diagnostics.append(("line", String(number))) }
    }
    guard !diagnostics.isEmpty else { return [line] }
    return [line, "  ---"] + diagnostics.map { "  \($0.0): \(quoted($0.1))" } + ["  ..."]
  }

  /// On one line, without what begins a directive.
  private static func escaped(_ text: String) -> String {
    Excerpt.line(text).escapingScalars { $0 == "\\" ? "\\\\" : $0 == "#" ? "\\#" : nil }
  }

  /// A YAML string in double quotes, which is one of JSON's.
  private static func quoted(_ text: String) -> String {
    let escapes: [Unicode.Scalar: String] = ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\t": "\\t"]
    return "\"\(text.escapingScalars { escapes[$0] })\""
  }
}
