import Foundation
import QuenchSuites

/// A verdict as it is attested: what was tested, how, and what it came to; everything that the gate asks of evidence.
public struct VerdictStatement: Sendable, Hashable {
  /// The in-toto predicate that carries it.
  public static let predicateType = "https://in-toto.io/attestation/test-result/v0.1"

  /// The build that was tested.
  public struct Build: Sendable, Hashable {
    /// The SHA-256 of what went in.
    public var key: String
    /// The SHA-256 of the artifact's bytes.
    public var digest: String
    /// Whether it was made `clean` or `incremental`; nil where that was not recorded.
    public var mode: String?
    /// The machine it was made on and for; nil where that was not recorded.
    public var platform: String?
    /// What each tool of the build command said of its version, by the tool's name.
    public var toolchain: [String: String]

    /// Names a build.
    public init(
      key: String, digest: String, mode: String? = nil, platform: String? = nil, toolchain: [String: String] = [:]
    ) {
      self.key = key
      self.digest = digest
      self.mode = mode
      self.platform = platform
      self.toolchain = toolchain
    }
  }

  /// The names of tests, as far as there is room for them.
  public struct TestNames: Sendable, Hashable {
    /// Each as `suite/test`.
    public var names: [String]
    /// How many more there were.
    public var omitted: Int

    /// Takes as many names as there is room for.
    public init(_ names: [String]) {
      self.names = names.prefix(VerdictStatement.mostNames).map { $0.cut(to: VerdictStatement.longestName) }
      omitted = max(0, names.count - VerdictStatement.mostNames)
    }
  }

  /// The name of the service.
  public var service: String
  /// The commit's object id.
  public var revision: String
  /// The commit's tree id; the verdict counts for every commit with it.
  public var tree: String
  /// The build that was tested; nil when there was none.
  public var build: Build?
  /// The SHA-256 of how the service was to be built and run; nil where that is not known.
  public var serviceDefinition: String?
  /// The verdict's word.
  public var result: Outcome
  /// Why, where the suites do not say.
  public var reason: String?
  /// What each suite came to.
  public var suites: [AttestedSuite]
  /// How commands were confined: `landlock-<version>` or `none`.
  public var isolation: String
  /// How many hot instances the suites ran against.
  public var instances: Int
  /// When the verification began, to the second.
  public var started: Date
  /// How long it took, in seconds.
  public var durationSeconds: Double
  /// The tests that passed, those with only known issues among them.
  public var passedTests: TestNames
  /// The tests that failed, crashed or timed out.
  public var failedTests: TestNames

  /// The most names that each list holds.
  public static let mostNames = 200
  /// The longest name, in characters.
  static let longestName = 240
  static let longestReason = 500

  /// States what a verdict says.
  ///
  /// The same verdict gives the same statement, to the byte.
  public init(_ verdict: Verdict) {
    service = verdict.service
    revision = verdict.revision
    tree = verdict.tree
    build = verdict.build.map {
      Build(key: $0.key, digest: $0.digest, mode: $0.mode, platform: $0.platform, toolchain: $0.toolchain ?? [:])
    }
    serviceDefinition = verdict.serviceDefinition
    result = verdict.result
    reason = verdict.reason?.cut(to: Self.longestReason)
    suites = verdict.suites.map { AttestedSuite($0, in: verdict) }
    isolation = verdict.isolation
    instances = verdict.instances.count
    started = verdict.started
    durationSeconds = verdict.timings.total
    func names(_ results: Set<TestResult.Result>) -> TestNames {
      TestNames(
        verdict.suites.flatMap { suite in
          suite.tests.filter { results.contains($0.result) }.map { "\(suite.name)/\($0.id)" }
        })
    }
    passedTests = names([.passed, .knownIssue])
    failedTests = names([.failed, .crashed, .timedOut])
  }
}
