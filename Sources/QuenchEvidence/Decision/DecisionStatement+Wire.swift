import Foundation

extension DecisionStatement {
  /// The statement as the payload of an envelope: JSON on one line.
  ///
  /// - Throws: `EvidenceError` with code `document-unwritable`.
  public func payload() throws(EvidenceError) -> Data {
    let predicate = VerificationSummaryPredicate(
      verifier: .init(id: VerificationSummaryPredicate.verifier, version: ["quench": verifierVersion]),
      timeVerified: decided, resourceUri: resource,
      policy: ResourceDescriptor(
        uri: VerificationSummaryPredicate.policy, digest: [StatementSubject.Algorithm.sha256: policyDigest],
        annotations: .init(service: service, reasons: reasons)),
      inputAttestations: inputs.map {
        ResourceDescriptor(uri: $0.place, digest: [StatementSubject.Algorithm.sha256: $0.digest])
      },
      verificationResult: isAllowed ? .passed : .failed,
      verifiedLevels: [isAllowed ? VerificationSummaryPredicate.gated : VerificationSummaryPredicate.failed])
    return try WireJSON.encode(
      Statement(
        about: [.artifact(of: service, digest), .revision(revision, tree: tree)], Self.predicateType, predicate),
      what: "a decision's summary")
  }

  /// The artifact as a URI: a URN with the service's name, in the characters that one may have (RFC 8141).
  private var resource: String {
    let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    let name = service.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    return "urn:quench:artifact:\(name):sha256:\(digest)"
  }

  /// Reads the statement of a payload, which has to be trusted for other reasons.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`, also where the statement contradicts itself.
  public init(payload: Data) throws(EvidenceError) {
    let statement = try Statement<VerificationSummaryPredicate>(payload: payload, Self.predicateType)
    let predicate = statement.predicate
    guard predicate.verifier.id == VerificationSummaryPredicate.verifier,
      predicate.policy.uri == VerificationSummaryPredicate.policy, let said = predicate.policy.annotations,
      let policyDigest = predicate.policy.digest?[StatementSubject.Algorithm.sha256]
    else { throw EvidenceError(.statementMalformed, "the decision is not one of Quench's gate") }
    guard let digest = try statement.subject.artifact() else {
      throw EvidenceError(.statementMalformed, "the decision names no artifact as its subject")
    }
    (revision, tree) = try statement.subject.revision()
    self.digest = digest
    service = said.service
    isAllowed = predicate.verificationResult == .passed
    reasons = said.reasons
    decided = predicate.timeVerified
    verifierVersion = predicate.verifier.version["quench"] ?? ""
    self.policyDigest = policyDigest
    inputs = predicate.inputAttestations.compactMap { input in
      input.digest?[StatementSubject.Algorithm.sha256].map { Input(digest: $0, place: input.uri) }
    }
    let levels = [isAllowed ? VerificationSummaryPredicate.gated : VerificationSummaryPredicate.failed]
    guard predicate.verifiedLevels == levels, predicate.resourceUri == resource,
      inputs.count == predicate.inputAttestations.count, !isAllowed || reasons.allSatisfy(\.ok)
    else { throw EvidenceError(.statementMalformed, "the decision says PASSED or FAILED and what it lists does not") }
  }
}
