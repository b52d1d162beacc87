import Foundation
import QuenchSuites

/// The wire form of a verdict's predicate: test-result v0.1, with what the gate needs besides as annotations.
///
/// The predicate has no word for INCONCLUSIVE and ERROR. They are FAILED to whoever reads no annotations, as policies
/// that ignore what they do not know have to see them.
struct TestResultPredicate: Codable, Sendable, Hashable {
  static let schema = "quench.attestation/v1"

  enum Result: String, Codable, Sendable {
    case passed = "PASSED"
    case warned = "WARNED"
    case failed = "FAILED"
  }

  /// What is said of the whole verification.
  struct Annotations: Codable, Sendable, Hashable {
    struct Build: Codable, Sendable, Hashable {
      var key: String
      var mode: String?
      var platform: String?
      var toolchain: [String: String]
    }

    var schema: String
    var result: Outcome
    var reason: String?
    var service: String
    var serviceDefinition: String?
    var build: Build?
    var isolation: String
    var instances: Int
    var started: Date
    var durationSeconds: Double
    var passedTestsOmitted: Int
    var failedTestsOmitted: Int

    private enum CodingKeys: String, CodingKey {
      case schema, result, reason, service, build, isolation, instances, started
      case serviceDefinition = "service_definition"
      case durationSeconds = "duration_seconds"
      case passedTestsOmitted = "passed_tests_omitted"
      case failedTestsOmitted = "failed_tests_omitted"
    }
  }

  /// What is said of one suite, beside the digest of its definition.
  struct SuiteAnnotations: Codable, Sendable, Hashable {
    struct Flake: Codable, Sendable, Hashable {
      var test: String
      var runs: Int
      var failures: Int
    }

    var result: Outcome
    var reason: String?
    var passed: Int
    var failed: Int
    var skipped: Int
    var knownIssues: Int
    var durationSeconds: Double
    var runs: Int
    var passedRuns: Int
    var flaky: Int
    var flakyTests: [Flake]
    var definition: SuiteDescriptionDocument?

    private enum CodingKeys: String, CodingKey {
      case result, reason, passed, failed, skipped, runs, flaky, definition
      case knownIssues = "known_issues"
      case durationSeconds = "duration_seconds"
      case passedRuns = "passed_runs"
      case flakyTests = "flaky_tests"
    }
  }

  var result: Result
  var configuration: [ResourceDescriptor<SuiteAnnotations>]
  var passedTests: [String]?
  var failedTests: [String]?
  var annotations: Annotations
}
