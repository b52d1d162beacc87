import Foundation
import QuenchSuites

/// What one verification of one revision came to, and everything that is needed to say why.
public struct Verdict: Sendable, Equatable {
  /// The name of the service that was verified.
  public var service: String
  /// The commit's object id, in hexadecimal.
  public var revision: String
  /// The commit's tree id, in hexadecimal; every commit with this tree shares the verdict.
  public var tree: String
  /// When the verification began, to the second.
  public var started: Date
  /// What was tested; nil when there was no build to test.
  public var build: VerifiedBuild?
  /// What the suites came to, in the order they are defined.
  public var suites: [SuiteResult]
  /// The SHA-256 of how the service was to be built and run, in hexadecimal; nil when that is not known.
  public var serviceDefinition: String?
  /// The SHA-256 of each suite's definition, in hexadecimal, by the suite's name.
  public var suiteDefinitions: [String: String]
  /// What people read of each suite's definition, by the suite's name.
  public var suiteDescriptions: [String: SuiteDescription]
  /// What kept the verification from running its suites to the end; nil when nothing did.
  public var hindrance: Hindrance?
  /// The hot instances that the suites ran against.
  public var instances: [VerifiedInstance]
  /// The revision that the hot set was rolled back to; nil when there was no kept set.
  public var rolledBackTo: String?
  /// How long each phase took.
  public var timings: Timings
  /// How commands were confined: `landlock` and its version, or `none`.
  public var isolation: String
  /// Where the signed statement is: a path or a reference; nil when the verdict is not signed.
  public var attestation: String?
  /// How often each repeated test failed; nil when nothing was repeated.
  public var flakiness: [TestFlakiness]?
  /// What could not be cleaned up, in words; nil when nothing is left behind.
  public var leftBehind: [String]?

  /// Makes a verdict; `started` is cut to the whole second, which is what its documents can carry.
  public init(
    service: String, revision: String, tree: String, started: Date, build: VerifiedBuild? = nil,
    serviceDefinition: String? = nil, suites: [SuiteResult] = [], suiteDefinitions: [String: String] = [:],
    suiteDescriptions: [String: SuiteDescription] = [:], hindrance: Hindrance? = nil,
    instances: [VerifiedInstance] = [], rolledBackTo: String? = nil, timings: Timings = Timings(),
    isolation: String = "none", attestation: String? = nil, flakiness: [TestFlakiness]? = nil,
    leftBehind: [String]? = nil
  ) {
    self.service = service
    self.revision = revision
    self.tree = tree
    self.started = Date(timeIntervalSince1970: started.timeIntervalSince1970.rounded(.down))
    self.build = build
    self.serviceDefinition = serviceDefinition
    self.suites = suites
    self.suiteDefinitions = suiteDefinitions
    self.suiteDescriptions = suiteDescriptions
    self.hindrance = hindrance
    self.instances = instances
    self.rolledBackTo = rolledBackTo
    self.timings = timings
    self.isolation = isolation
    self.attestation = attestation
    self.flakiness = flakiness
    self.leftBehind = leftBehind
  }

  /// The worst of the suites and of what hindered them; a verification that ran no suite is inconclusive.
  public var result: Outcome {
    Outcome.worst(of: suites.map(\.soundResult) + (hindrance.map { [$0.kind.outcome] } ?? []))
  }

  /// Why the result is what it is, where the suites do not say; nil where they do.
  public var reason: String? {
    hindrance?.detail ?? (suites.isEmpty ? "no suite ran" : nil)
  }
}

extension SuiteResult {
  /// The suite's outcome, or inconclusive where it calls itself passed without one test that ran to its end.
  ///
  /// Nothing is passed by silence, whoever added up the suite.
  public var soundResult: Outcome {
    result == .passed && passed + knownIssues == 0 ? .inconclusive : result
  }
}
