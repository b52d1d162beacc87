import Foundation
import QuenchSuites

/// The wire form of a verdict, `quench.verdict/v1`: what `verify --format json` prints and the ledger keeps.
public struct VerdictDocument: WireDocument, Equatable {
  /// The schema's name and version.
  public static let schema = "quench.verdict/v1"

  /// The commit's object id.
  public let revision: String
  /// The commit's tree id.
  public let tree: String
  /// The verdict's word.
  public let result: Outcome
  /// Why, where the suites do not say.
  public let reason: String?
  /// What ended the verification early.
  public let hindrance: Hindrance.Kind?
  /// The name of the service.
  public let service: String
  /// When the verification began.
  public let started: Date
  /// What was tested.
  public let build: Build?
  /// What the suites came to.
  public let suites: [Suite]
  /// The SHA-256 of how the service was to be built and run.
  public let serviceDefinition: String?
  /// The SHA-256 of each suite's definition, by the suite's name.
  public let suiteDefinitions: [String: String]
  /// What people read of each suite's definition, by the suite's name.
  let suiteDescriptions: [String: SuiteDescriptionDocument]
  /// The hot instances the suites ran against.
  public let instances: [Instance]
  /// The revision the hot set was rolled back to.
  public let rolledBackTo: String?
  /// How long each phase took.
  public let timings: PhaseSeconds
  /// How commands were confined.
  public let isolation: String
  /// Where the signed statement is.
  public let attestation: String?
  /// How often repeated tests failed.
  public let flakiness: [TestFlakiness]?
  /// What could not be cleaned up; null when nothing is left behind.
  public let leftBehind: [String]?
  /// Whether the verdict was known already, so that nothing was run for it now.
  public let cachedVerdict: Bool

  /// Writes down a verdict.
  ///
  /// - Parameters:
  ///   - verdict: what it says.
  ///   - cached: whether it comes from the ledger instead of from a run.
  public init(_ verdict: Verdict, cached: Bool = false) {
    revision = verdict.revision
    tree = verdict.tree
    result = verdict.result
    reason = verdict.reason
    hindrance = verdict.hindrance?.kind
    service = verdict.service
    started = verdict.started
    build = verdict.build.map(Build.init)
    suites = verdict.suites.map(Suite.init)
    serviceDefinition = verdict.serviceDefinition
    suiteDefinitions = verdict.suiteDefinitions
    suiteDescriptions = verdict.suiteDescriptions.mapValues(SuiteDescriptionDocument.init)
    instances = verdict.instances.map(Instance.init)
    rolledBackTo = verdict.rolledBackTo
    timings = PhaseSeconds(verdict.timings)
    isolation = verdict.isolation
    attestation = verdict.attestation
    flakiness = verdict.flakiness
    leftBehind = verdict.leftBehind
    cachedVerdict = cached
  }

  /// The verdict that was written down; its result is computed anew.
  public var verdict: Verdict {
    Verdict(
      service: service, revision: revision, tree: tree, started: started, build: build?.value,
      serviceDefinition: serviceDefinition, suites: suites.map(\.value), suiteDefinitions: suiteDefinitions,
      suiteDescriptions: suiteDescriptions.compactMapValues(\.value),
      hindrance: hindrance.map { Hindrance($0, reason ?? $0.rawValue) }, instances: instances.map(\.value),
      rolledBackTo: rolledBackTo, timings: timings.value, isolation: isolation, attestation: attestation,
      flakiness: flakiness, leftBehind: leftBehind)
  }
}

extension VerdictDocument {
  private enum CodingKeys: String, CodingKey {
    case schema, revision, tree, result, reason, hindrance, service, started, build, suites, instances, timings
    case isolation, attestation, flakiness
    case serviceDefinition = "service_definition"
    case suiteDefinitions = "suite_definitions"
    case suiteDescriptions = "suite_descriptions"
    case rolledBackTo = "rolled_back_to"
    case leftBehind = "left_behind"
    case cachedVerdict = "cached_verdict"
  }

  /// Reads the keys of `quench.verdict/v1`; keys it does not know are ignored.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    revision = try keys.decode(String.self, forKey: .revision)
    tree = try keys.decode(String.self, forKey: .tree)
    result = try keys.decode(Outcome.self, forKey: .result)
    reason = try keys.decodeIfPresent(String.self, forKey: .reason)
    hindrance = try keys.decodeIfPresent(Hindrance.Kind.self, forKey: .hindrance)
    service = try keys.decode(String.self, forKey: .service)
    started = try keys.decode(Date.self, forKey: .started)
    build = try keys.decodeIfPresent(Build.self, forKey: .build)
    suites = try keys.decode([Suite].self, forKey: .suites)
    serviceDefinition = try keys.decodeIfPresent(String.self, forKey: .serviceDefinition)
    suiteDefinitions = try keys.decodeIfPresent([String: String].self, forKey: .suiteDefinitions) ?? [:]
    suiteDescriptions =
      try keys.decodeIfPresent([String: SuiteDescriptionDocument].self, forKey: .suiteDescriptions) ?? [:]
    instances = try keys.decode([Instance].self, forKey: .instances)
    rolledBackTo = try keys.decodeIfPresent(String.self, forKey: .rolledBackTo)
    timings = try keys.decode(PhaseSeconds.self, forKey: .timings)
    isolation = try keys.decode(String.self, forKey: .isolation)
    attestation = try keys.decodeIfPresent(String.self, forKey: .attestation)
    flakiness = try keys.decodeIfPresent([TestFlakiness].self, forKey: .flakiness)
    leftBehind = try keys.decodeIfPresent([String].self, forKey: .leftBehind)
    cachedVerdict = try keys.decodeIfPresent(Bool.self, forKey: .cachedVerdict) ?? false
  }

  /// Writes every key, with `null` for what is unknown.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(Self.schema, forKey: .schema)
    try keys.encode(revision, forKey: .revision)
    try keys.encode(tree, forKey: .tree)
    try keys.encode(result, forKey: .result)
    try keys.encode(reason, forKey: .reason)
    try keys.encode(hindrance, forKey: .hindrance)
    try keys.encode(service, forKey: .service)
    try keys.encode(started, forKey: .started)
    try keys.encode(build, forKey: .build)
    try keys.encode(suites, forKey: .suites)
    try keys.encode(serviceDefinition, forKey: .serviceDefinition)
    try keys.encode(suiteDefinitions, forKey: .suiteDefinitions)
    try keys.encode(suiteDescriptions, forKey: .suiteDescriptions)
    try keys.encode(instances, forKey: .instances)
    try keys.encode(rolledBackTo, forKey: .rolledBackTo)
    try keys.encode(timings, forKey: .timings)
    try keys.encode(isolation, forKey: .isolation)
    try keys.encode(attestation, forKey: .attestation)
    try keys.encode(flakiness, forKey: .flakiness)
    try keys.encode(leftBehind, forKey: .leftBehind)
    try keys.encode(cachedVerdict, forKey: .cachedVerdict)
  }
}
