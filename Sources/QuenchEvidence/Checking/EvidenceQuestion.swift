/// What evidence is wanted for, and whose word counts.
public struct EvidenceQuestion: Sendable {
  /// The commit's object id.
  public var revision: String
  /// The commit's tree id; a statement on any commit with it will do.
  public var tree: String
  /// The name of the service.
  public var service: String
  /// The keys whose signatures count.
  public var trusted: [VerificationKey]

  /// Asks for evidence.
  public init(revision: String, tree: String, service: String, trusted: [VerificationKey]) {
    self.revision = revision
    self.tree = tree
    self.service = service
    self.trusted = trusted
  }

  /// Looks at an envelope that was found.
  ///
  /// Nothing of a statement is read for the answer before a trusted key is known to have signed those very bytes.
  ///
  /// - Parameters:
  ///   - envelope: the envelope.
  ///   - others: envelopes that were found with it, one of which its signature may have been taken from.
  ///   - treeOf: the tree of a commit, as the repository has it; nil for one that it does not have.
  public func finding(
    of envelope: Envelope, among others: [Envelope] = [], treeOf: (String) -> String? = { _ in nil }
  ) -> EvidenceFinding {
    let shown = try? SignedStatement(unverified: envelope)
    do {
      let payload = try envelope.verified(by: trusted)
      let statement = try SignedStatement(payload)
      try check(statement, treeOf)
      return EvidenceFinding(envelope: envelope, statement: statement, signers: payload.signers, refusal: nil)
    } catch {
      let refusal = signedElsewhere(envelope, others) ?? error
      return EvidenceFinding(envelope: envelope, statement: shown, signers: [], refusal: refusal)
    }
  }

  private func check(_ statement: SignedStatement, _ treeOf: (String) -> String?) throws(EvidenceError) {
    guard let subject = statement.subject else {
      throw EvidenceError(.statementMalformed, "it is a statement of a kind that says nothing here")
    }
    guard subject.tree == tree else {
      throw EvidenceError(
        .subjectMismatch,
        "it is about commit \(subject.revision.prefix(7)) with the tree \(subject.tree.prefix(7)), and not about "
          + "\(revision.prefix(7)) with the tree \(tree.prefix(7))")
    }
    let known = subject.revision == revision ? tree : treeOf(subject.revision)
    if let known, known != subject.tree {
      throw EvidenceError(
        .subjectMismatch,
        "it says that commit \(subject.revision.prefix(7)) has the tree \(subject.tree.prefix(7)), which it has not")
    }
    guard subject.service == service else {
      throw EvidenceError(
        .serviceMismatch, "it is about the service '\(subject.service.cut(to: 60))', and not about '\(service)'")
    }
  }

  /// The better reason for a signature that does not fit: it is of other bytes, which were found too.
  private func signedElsewhere(_ envelope: Envelope, _ others: [Envelope]) -> EvidenceError? {
    for other in others where other.unverifiedPayload != envelope.unverifiedPayload {
      guard let signer = envelope.signers(of: other.unverifiedPayload, among: trusted).first else { continue }
      return EvidenceError(
        .signatureElsewhere,
        "the signature of key \(signer.abbreviated) was made for another statement and stands beside this one")
    }
    return nil
  }
}

/// What became of one envelope that was asked for evidence.
public struct EvidenceFinding: Sendable {
  /// The envelope.
  public let envelope: Envelope
  /// What it states, whether or not that is to be believed; nil where it cannot be read.
  public let statement: SignedStatement?
  /// The trusted keys that signed; none where it is refused.
  public let signers: [KeyID]
  /// Why it is no evidence; nil when it is.
  public var refusal: EvidenceError?
}

extension SignedStatement {
  /// What a statement is about.
  public struct Subject: Sendable, Hashable {
    /// The commit's object id.
    public let revision: String
    /// The commit's tree id.
    public let tree: String
    /// The name of the service.
    public let service: String
    /// The SHA-256 of the artifact's bytes; nil where there is no artifact.
    public let digest: String?
  }

  /// What the statement is about; nil for a kind that Quench does not make.
  public var subject: Subject? {
    switch self {
    case .verdict(let verdict):
      Subject(
        revision: verdict.revision, tree: verdict.tree, service: verdict.service, digest: verdict.build?.digest)
    case .build(let build):
      Subject(revision: build.revision, tree: build.tree, service: build.service, digest: build.digest)
    case .decision(let decision):
      Subject(revision: decision.revision, tree: decision.tree, service: decision.service, digest: decision.digest)
    case .approval(let approval):
      Subject(revision: approval.revision, tree: approval.tree, service: approval.service, digest: nil)
    case .other: nil
    }
  }
}
