import QuenchDiagnostics

/// What can go wrong with starting, watching or ending a process.
public struct ProcessError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The `quench` executable, which starts everything, was not found.
    case executableMissing = "executable-missing"
    /// The command could not be started at all.
    case launchFailed = "launch-failed"
    /// The command's record was missing or not readable after it started.
    case recordUnreadable = "record-unreadable"
    /// A log could not be written.
    case logUnwritable = "log-unwritable"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which command or file.
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
