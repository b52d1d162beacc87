import QuenchDiagnostics

/// What keeps a report from being made.
public struct ReportError: Diagnostic {
  /// The matchable reason.
  public enum Code: String, Sendable, CaseIterable {
    /// A template of Quench's own is wrong.
    case templateInvalid = "report-template-invalid"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The error underneath.
  public let cause: (any Error)?

  init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    (self.code, self.message, self.remedy, self.cause) = (code, message, remedy, cause)
  }
}
