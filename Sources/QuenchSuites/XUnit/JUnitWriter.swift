import Foundation

/// Writes suites' results as JUnit XML, in the subset that CI systems agree on.
///
/// A suite whose tests alone do not say why it did not pass gets a case of its own that does, so that a report never
/// looks better than the result, and is never empty.
public enum JUnitWriter {
  /// The text of the report for `results`.
  public static func text(of results: [SuiteResult]) -> String {
    let suites = results.map { Suite($0) }
    let total = suites.reduce(Counts()) { $0 + $1.counts }
    let time = results.reduce(0) { $0 + $1.durationSeconds }
    var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
    lines.append("<testsuites name=\"quench\" \(total.attributes) time=\"\(seconds(time))\">")
    for suite in suites {
      let result = suite.result
      lines.append(
        "  <testsuite name=\"\(attribute(result.name))\" \(suite.counts.attributes) "
          + "time=\"\(seconds(result.durationSeconds))\">")
      lines += suite.cases.flatMap(Self.lines(of:))
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>\n")
    return lines.joined(separator: "\n")
  }

  private struct Suite {
    var result: SuiteResult
    var cases: [JUnitCase]

    init(_ result: SuiteResult) {
      self.result = result
      cases = result.tests.map { JUnitCase($0, suite: result.name) }
      if result.result != .passed, !cases.contains(where: \.isTelling) {
        cases.append(JUnitCase(reasonOf: result))
      }
    }

    var counts: Counts {
      Counts(
        tests: cases.count, failures: cases.count { $0.element == "failure" },
        errors: cases.count { $0.element == "error" }, skipped: cases.count { $0.element == "skipped" })
    }
  }

  private struct Counts {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0

    var attributes: String {
      "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
    }

    static func + (left: Counts, right: Counts) -> Counts {
      Counts(
        tests: left.tests + right.tests, failures: left.failures + right.failures,
        errors: left.errors + right.errors, skipped: left.skipped + right.skipped)
    }
  }

  private static func lines(of test: JUnitCase) -> [String] {
    var start =
      "    <testcase classname=\"\(attribute(test.className))\" name=\"\(attribute(test.name))\" "
      + "time=\"\(seconds(test.seconds))\""
    if let file = test.file { start += " file=\"\(attribute(file))\"" }
    guard let element = test.element else { return [start + "/>"] }
    let message = attribute(String(test.message.prefix { $0 != "\n" }))
    let text = element == "skipped" ? "/>" : ">\(XMLText.escaped(test.text))</\(element)>"
    return [start + ">", "      <\(element) message=\"\(message)\"\(text)", "    </testcase>"]
  }

  private static func attribute(_ text: String) -> String {
    XMLText.escaped(BoundedText.bounded(text, to: 1000), keepingLines: false)
  }

  private static func seconds(_ value: Double) -> String {
    value.isFinite ? String(format: "%.3f", locale: Locale(identifier: "en_US_POSIX"), max(0, value)) : "0.000"
  }
}
