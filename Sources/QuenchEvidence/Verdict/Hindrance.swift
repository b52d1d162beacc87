import QuenchSuites

/// What kept a verification from running its suites to the end.
public struct Hindrance: Sendable, Hashable {
  /// The phase or limit that ended a verification early.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The revision's `quench.yml` is wrong.
    case configuration
    /// The revision could not be checked out.
    case checkout
    /// The revision could not be built.
    case build
    /// The instances could not be started, or never became healthy.
    case start
    /// An instance ended by itself while it was under test.
    case instance
    /// The hot set could not be put back as it was.
    case rollback
    /// The time limit of the whole verification was reached.
    case timeLimit = "time-limit"
    /// A signal ended the verification.
    case interruption

    /// What a verification that met this comes to, unless its suites say worse.
    public var outcome: Outcome {
      switch self {
      case .configuration, .checkout, .build, .start, .instance, .rollback, .interruption: .error
      case .timeLimit: .inconclusive
      }
    }
  }

  /// The phase or limit.
  public var kind: Kind
  /// What happened, in words that name the command, port or limit.
  public var detail: String

  /// Describes what happened.
  public init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }
}
