import QuenchDiagnostics

/// What can go wrong with Quench's own folder and its locks.
public struct StateError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The state folder cannot be made or written.
    case unwritable = "state-unwritable"
    /// There is no room left for what goes in the state folder.
    case full = "state-full"
    /// Another process holds the lock.
    case locked
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which folder or lock.
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
