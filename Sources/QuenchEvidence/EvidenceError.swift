import QuenchDiagnostics

/// What can go wrong with reading what Quench wrote about a verification.
public struct EvidenceError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The bytes are not a document of the wanted kind.
    case documentUnreadable = "document-unreadable"
    /// The document says it is of another kind or version.
    case schemaUnknown = "schema-unknown"
    /// A value has no place in a document, such as a duration that is not a number.
    case documentUnwritable = "document-unwritable"
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
