import QuenchDiagnostics
import QuenchSuites

/// How many tests of a suite came to what, in words.
struct SuiteCounts: CustomStringConvertible {
  let description: String

  init(_ suite: SuiteResult) {
    var parts = ["\(suite.passed) passed"]
    if suite.failed > 0 { parts.append("\(suite.failed) failed") }
    if suite.skipped > 0 { parts.append("\(suite.skipped) skipped") }
    if suite.knownIssues > 0 { parts.append(suite.knownIssues.counting("known issue")) }
    if let runs = suite.runs { parts.append("\(runs.count { $0 == .passed }) of \(runs.count.counting("run")) passed") }
    description = parts.joined(separator: ", ")
  }
}
