import QuenchDiagnostics
import QuenchSuites

/// How many tests of a suite came to what, in words.
public struct SuiteCounts: CustomStringConvertible {
  /// The words.
  public let description: String

  /// Counts a suite's tests.
  ///
  /// - Parameter emphasis: what is made of the words that are to be seen first.
  public init(_ suite: SuiteResult, emphasis: (String) -> String = { $0 }) {
    var parts = ["\(suite.passed) passed"]
    if suite.failed > 0 { parts.append(emphasis("\(suite.failed) failed")) }
    if suite.skipped > 0 { parts.append("\(suite.skipped) skipped") }
    if suite.knownIssues > 0 { parts.append(suite.knownIssues.counting("known issue")) }
    if let runs = suite.runs { parts.append("\(runs.count { $0 == .passed }) of \(runs.count.counting("run")) passed") }
    description = parts.joined(separator: ", ")
  }
}
