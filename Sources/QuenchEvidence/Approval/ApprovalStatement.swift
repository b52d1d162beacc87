import Foundation

/// That somebody agrees to a revision's going to production.
///
/// It is about the commit and its tree: whatever is built of that tree, and every other commit with it, is meant.
public struct ApprovalStatement: Sendable, Hashable {
  /// The in-toto predicate that carries it.
  public static let predicateType = "https://in-toto.io/attestation/svr/v0.1"

  /// Who agrees, as that one's own git says it; the key alone proves it.
  public struct Approver: Sendable, Hashable, Codable {
    /// The user's name on the machine, as promotions record it.
    public var user: String
    /// The name.
    public var name: String
    /// The mail address.
    public var email: String

    /// Names somebody.
    public init(user: String, name: String, email: String) {
      self.user = user
      self.name = name
      self.email = email
    }
  }

  /// The name of the service.
  public var service: String
  /// The commit's object id.
  public var revision: String
  /// The commit's tree id.
  public var tree: String
  /// Who agrees.
  public var approver: Approver
  /// What else there is to say; nil for nothing.
  public var comment: String?
  /// When, to the second.
  public var approved: Date

  /// Makes an approval.
  public init(
    service: String, revision: String, tree: String, approver: Approver, comment: String? = nil, approved: Date
  ) {
    self.service = service
    self.revision = revision
    self.tree = tree
    self.approver = approver
    self.comment = comment?.cut(to: VerdictStatement.longestReason)
    self.approved = approved.toTheSecond
  }
}

extension ApprovalStatement {
  /// The wire form of the predicate: in-toto's simple verification result, with what is Quench's own as annotations.
  private struct Predicate: Codable, Sendable, Hashable {
    static let verifier = "urn:quench:approver:v1"
    static let property = "QUENCH_APPROVED"

    struct Verifier: Codable, Sendable, Hashable {
      var id: String
    }

    struct Annotations: Codable, Sendable, Hashable {
      var service: String
      var approver: Approver
      var comment: String?
    }

    var verifier: Verifier
    var timeCreated: Date
    var properties: [String]
    var annotations: Annotations
  }

  /// The statement as the payload of an envelope: JSON on one line.
  ///
  /// - Throws: `EvidenceError` with code `document-unwritable`.
  public func payload() throws(EvidenceError) -> Data {
    let predicate = Predicate(
      verifier: .init(id: Predicate.verifier), timeCreated: approved, properties: [Predicate.property],
      annotations: .init(service: service, approver: approver, comment: comment))
    return try WireJSON.encode(
      Statement(about: [.revision(revision, tree: tree)], Self.predicateType, predicate), what: "an approval")
  }

  /// Reads the statement of a payload, which has to be trusted for other reasons.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`.
  public init(payload: Data) throws(EvidenceError) {
    let statement = try Statement<Predicate>(payload: payload, Self.predicateType)
    let predicate = statement.predicate
    guard predicate.verifier.id == Predicate.verifier, predicate.properties == [Predicate.property] else {
      throw EvidenceError(.statementMalformed, "the verification result is not one of Quench's approvals")
    }
    (revision, tree) = try statement.subject.revision()
    service = predicate.annotations.service
    approver = predicate.annotations.approver
    comment = predicate.annotations.comment
    approved = predicate.timeCreated
  }
}
