import QuenchDiagnostics

/// What can go wrong with a set as a whole.
public struct ManagerError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// There is no kept set.
    case noSet = "no-set"
    /// There is no earlier build to roll back to.
    case nothingEarlier = "nothing-earlier"
    /// Another process looks after the set.
    case owned = "set-owned"
    /// A step of a promotion was not over by its deadline.
    case deadlinePassed = "deadline-passed"
    /// A promotion is under way, and the cold set is its own until then.
    case promotionRunning = "promotion-running"
    /// There is no such promotion under way.
    case nothingToAbort = "nothing-to-abort"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which set.
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
