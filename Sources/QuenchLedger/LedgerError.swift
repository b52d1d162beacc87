import QuenchDiagnostics

/// What can go wrong with the ledger.
public struct LedgerError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// A later version of Quench has changed the ledger's tables.
    case newer = "ledger-newer"
    /// The file is not a SQLite database, or is damaged.
    case corrupt = "ledger-corrupt"
    /// The file or its folder cannot be written.
    case unwritable = "ledger-unwritable"
    /// The disk is full.
    case full = "ledger-full"
    /// Another process kept the ledger locked for too long.
    case busy = "ledger-busy"
    /// An instance would be in two places at once.
    case instanceTaken = "instance-taken"
    /// A value cannot be written down, such as a duration that is not a number.
    case unrecordable = "value-unrecordable"
    /// SQLite failed in a way that has no code of its own.
    case failed = "ledger-failed"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which file.
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
