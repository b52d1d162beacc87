import Foundation

/// Any of the statements that Quench makes.
public enum SignedStatement: Sendable, Hashable {
  /// What a verification came to.
  case verdict(VerdictStatement)
  /// How an artifact was built.
  case build(BuildStatement)
  /// What the gate decided.
  case decision(DecisionStatement)
  /// That somebody agrees to a promotion.
  case approval(ApprovalStatement)
  /// A statement of another kind, by its predicate's type.
  case other(predicateType: String)

  /// Reads what trusted keys have signed.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`.
  public init(_ payload: VerifiedPayload) throws(EvidenceError) {
    try self.init(payload.bytes, type: payload.type)
  }

  /// Reads what is in an envelope, whoever signed it: to be shown, not to be believed.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`.
  public init(unverified envelope: Envelope) throws(EvidenceError) {
    try self.init(envelope.unverifiedPayload, type: envelope.payloadType)
  }

  private init(_ payload: Data, type: String) throws(EvidenceError) {
    guard type == Envelope.statementType else {
      throw EvidenceError(.statementMalformed, "what was signed is of type \(type), not an in-toto statement")
    }
    switch try StatementHeader(payload: payload).predicateType {
    case VerdictStatement.predicateType: self = .verdict(try VerdictStatement(payload: payload))
    case BuildStatement.predicateType: self = .build(try BuildStatement(payload: payload))
    case DecisionStatement.predicateType: self = .decision(try DecisionStatement(payload: payload))
    case ApprovalStatement.predicateType: self = .approval(try ApprovalStatement(payload: payload))
    case let other: self = .other(predicateType: other)
    }
  }
}
