import Foundation
import QuenchConfiguration
import QuenchSuites
import Testing

@testable import QuenchGit
@testable import QuenchVerification

extension VerificationRequest {
  /// A request to verify a commit that is in no repository, as `quench.yml` has it.
  static func example(suites: [String] = ["api", "smoke"], run: String = "./orders") throws -> VerificationRequest {
    let yaml = """
      service: { name: orders, outputs: [orders], run: \(run) }
      suites:
      \(suites.map { "  \($0): { command: \"true\" }" }.joined(separator: "\n"))
      """
    let configuration = try Configuration.read(yaml: yaml, file: "quench.yml")
    return VerificationRequest(revision: try .example("a"), configuration: configuration, suites: configuration.suites)
  }
}

extension Revision {
  /// A commit whose id is one digit over and over, and whose tree is another.
  static func example(_ digit: String, tree: String = "b") throws -> Revision {
    Revision(
      id: try #require(ObjectID(String(repeating: digit, count: 40))),
      tree: try #require(ObjectID(String(repeating: tree, count: 40))), subject: "Begin", authorName: "Ada",
      authorEmail: "ada@example.org", authorTime: .now, commitTime: .now, parents: [])
  }
}

extension SuiteResult {
  /// A suite of one test.
  static func example(_ name: String, _ result: Outcome = .passed) -> SuiteResult {
    let test = TestResult(id: name, framework: .command, result: result == .passed ? .passed : .failed)
    return SuiteResult(name: name, result: result, durationSeconds: 1, tests: [test])
  }
}
