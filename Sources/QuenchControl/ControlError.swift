import QuenchDiagnostics

/// What can go wrong between a command and the control plane that it asks.
public struct ControlError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// No `quench serve` runs on this state folder.
    case notServing = "not-serving"
    /// The `quench serve` that was at work ended, or does not answer any more.
    case serveEnded = "serve-ended"
    /// The control socket cannot be opened.
    case socketUnavailable = "control-socket-unavailable"
    /// Whoever asks did not show the token, which commands of this user's can read.
    case unauthorized = "control-unauthorized"
    /// The token that was shown is not good for what was asked.
    case forbidden = "control-forbidden"
    /// What was sent cannot be understood.
    case requestInvalid = "request-invalid"
    /// What was answered cannot be understood.
    case answerInvalid = "answer-invalid"
    /// The balancer's process ended at once, or never answered.
    case balancerUnavailable = "balancer-unavailable"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and where.
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

  /// A request that cannot be understood is wrong usage; all else is an error.
  public var exitStatus: ExitStatus { code == .requestInvalid ? .usage : .error }
}

/// An error that the control plane met, as the command that asked tells it.
public struct RemoteError: Diagnostic, Equatable {
  /// The reason as the control plane names it.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The name in kebab-case.
    public var rawValue: String

    /// Names a reason.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// The reason as the control plane names it.
  public let code: Code
  /// What went wrong, with what was underneath.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The status that the command ends with.
  public let exitStatus: ExitStatus

  /// Nothing: what was underneath is in the message.
  public var cause: (any Error)? { nil }

  /// Two errors that say the same.
  public static func == (left: RemoteError, right: RemoteError) -> Bool {
    (left.code, left.message, left.remedy, left.exitStatus)
      == (right.code, right.message, right.remedy, right.exitStatus)
  }
}
