import QuenchDiagnostics

/// What can go wrong with keys, with evidence, and with reading what Quench wrote about a verification.
public struct EvidenceError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The bytes are not a document of the wanted kind.
    case documentUnreadable = "document-unreadable"
    /// The document says it is of another kind or version.
    case schemaUnknown = "schema-unknown"
    /// A value has no place in a document, such as a duration that is not a number.
    case documentUnwritable = "document-unwritable"
    /// A key's file cannot be read.
    case keyUnreadable = "key-unreadable"
    /// A private key's file is open to others than this user.
    case keyExposed = "key-exposed"
    /// A text is not a key, or not one of the wanted kind.
    case keyMalformed = "key-malformed"
    /// A key's file is there already.
    case keyExists = "key-exists"
    /// A key's file cannot be written.
    case keyUnwritable = "key-unwritable"
    /// A key does not sign.
    case signingFailed = "signing-failed"
    /// The bytes are not an envelope.
    case envelopeMalformed = "envelope-malformed"
    /// An envelope is larger than is read.
    case envelopeTooLarge = "envelope-too-large"
    /// Nobody signed.
    case signatureMissing = "signature-missing"
    /// What stands in place of a signature cannot be one.
    case signatureMalformed = "signature-malformed"
    /// A signature that is said to be by a trusted key does not fit what it stands beside.
    case signatureInvalid = "signature-invalid"
    /// Nobody signed who is trusted.
    case signerUnknown = "signer-unknown"
    /// What was signed is not a statement of the wanted kind.
    case statementMalformed = "statement-malformed"
    /// A trusted key's signature stands beside bytes that it was not made for.
    case signatureElsewhere = "signature-of-other-bytes"
    /// A statement is about another revision.
    case subjectMismatch = "subject-mismatch"
    /// A statement is about another service.
    case serviceMismatch = "service-mismatch"
    /// An artifact's bytes are not those that a statement is about.
    case artifactMismatch = "artifact-mismatch"
    /// There is no key to sign with.
    case keyMissing = "key-missing"
    /// There is no evidence to sign, export or look at.
    case evidenceMissing = "evidence-missing"
    /// A file with evidence cannot be read or written.
    case fileUnusable = "evidence-file-unusable"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which document.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The error underneath.
  public let cause: (any Error)?

  /// Makes an error.
  public init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }
}
