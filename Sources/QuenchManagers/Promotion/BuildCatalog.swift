import QuenchConfiguration
import QuenchLedger

/// What a promotion is about, as those who know the repository and its configuration see it now.
public struct PromotionCandidate: Sendable, Equatable {
  /// The name of the service.
  public var service: String
  /// The object id of the revision.
  public var revision: String
  /// The object id of the revision's tree.
  public var tree: String
  /// The digest of the build that was verified; nil when none was.
  public var digest: String?
  /// The digest of a build of it, whatever was found of that; nil when none is known.
  public var builtDigest: String?
  /// The digest of each suite's definition as it is now, by the suite's name.
  public var definitions: [String: String]
  /// The suites whose tests do not come from the revision: their definition says which tests they are, so what they came
  /// to on other revisions with the same bytes counts too.
  public var independentSuites: Set<String>
  /// Whether the branch that the gate names holds the revision; nil when it names none.
  public var isOnBranch: Bool?
  /// Whether the revision descends from what is live; nil when nothing is.
  public var descendsFromLive: Bool?
  /// What keys that the policy names have signed of suites on the revision's tree, by the digest of the build.
  public var evidence: [String: [SuiteStanding]]
  /// Who has agreed, by keys that the policy names.
  public var approvals: [Approval]
  /// The policy that all this was read by.
  public var policy: GateConfiguration
  /// The statements that it was read from.
  public var inputs: [GateDecision.Input]
  /// Who asks for the promotion; nil where nobody does.
  public var promoter: String?

  /// Describes a candidate.
  public init(
    service: String, revision: String, tree: String, digest: String?, builtDigest: String? = nil,
    definitions: [String: String], independentSuites: Set<String> = [], isOnBranch: Bool? = nil,
    descendsFromLive: Bool? = nil, evidence: [String: [SuiteStanding]] = [:], approvals: [Approval] = [],
    policy: GateConfiguration = GateConfiguration(), inputs: [GateDecision.Input] = [], promoter: String? = nil
  ) {
    self.service = service
    self.revision = revision
    self.tree = tree
    self.independentSuites = independentSuites
    self.digest = digest
    self.builtDigest = builtDigest
    self.definitions = definitions
    self.isOnBranch = isOnBranch
    self.descendsFromLive = descendsFromLive
    self.evidence = evidence
    self.approvals = approvals
    self.policy = policy
    self.inputs = inputs
    self.promoter = promoter
  }
}

/// Knows the repository and its configuration: what of it a promotion needs.
public protocol BuildCatalog: Sendable {
  /// This host's configuration, read anew.
  func configuration() async throws -> Configuration

  /// This host's configuration, or what it was when it could be read last: for what must go on although somebody has just
  /// broken the file.
  ///
  /// - Throws: as ``configuration()`` while it could never be read.
  func standingConfiguration() async throws -> Configuration

  /// A revision as something to promote.
  ///
  /// - Parameter live: the revision that is live.
  func candidate(_ revision: String, live: String?) async throws -> PromotionCandidate

  /// How a build's instances are to run.
  func deployment(of build: PromotedBuild, count: Int) async throws -> Deployment

  /// Makes sure that an artifact is in the build store, and that its bytes hash to its digest.
  ///
  /// - Returns: how many bytes it has.
  func check(_ digest: String) async throws -> Int64

  /// Signs a decision and keeps it with the evidence, where this host has a key to sign with.
  func attest(_ decision: GateDecision) async throws
}
