import Foundation

/// What the gate decided about a build, on which evidence and by which policy.
public struct DecisionStatement: Sendable, Hashable {
  /// The SLSA predicate that carries it.
  public static let predicateType = "https://slsa.dev/verification_summary/v1"

  /// What one rule of the gate said.
  public struct Reason: Sendable, Hashable, Codable {
    /// The rule's name.
    public var rule: String
    /// Whether it is met.
    public var ok: Bool
    /// In words, with what it found.
    public var detail: String

    /// Makes a reason.
    public init(rule: String, ok: Bool, detail: String) {
      self.rule = rule
      self.ok = ok
      self.detail = detail
    }
  }

  /// A statement that the decision rests on, by what was signed.
  public struct Input: Sendable, Hashable {
    /// The SHA-256 of the envelope's payload.
    public var digest: String
    /// Where it is: a reference such as `refs/notes/quench@<commit>`; nil where nobody else can find it.
    public var place: String?

    /// Names a statement.
    public init(digest: String, place: String? = nil) {
      self.digest = digest
      self.place = place
    }
  }

  /// The name of the service.
  public var service: String
  /// The commit's object id.
  public var revision: String
  /// The commit's tree id.
  public var tree: String
  /// The SHA-256 of the artifact's bytes.
  public var digest: String
  /// Whether the build may be promoted.
  public var isAllowed: Bool
  /// What each rule said.
  public var reasons: [Reason]
  /// When it was decided, to the second.
  public var decided: Date
  /// Which version of Quench decided.
  public var verifierVersion: String
  /// The SHA-256 of the gate's policy.
  public var policyDigest: String
  /// All statements the decision rests on.
  public var inputs: [Input]

  /// Describes a decision.
  public init(
    service: String, revision: String, tree: String, digest: String, isAllowed: Bool, reasons: [Reason], decided: Date,
    verifierVersion: String, policyDigest: String, inputs: [Input]
  ) {
    self.service = service
    self.revision = revision
    self.tree = tree
    self.digest = digest
    self.isAllowed = isAllowed
    self.reasons = reasons
    self.decided = decided.toTheSecond
    self.verifierVersion = verifierVersion
    self.policyDigest = policyDigest
    self.inputs = inputs
  }
}
