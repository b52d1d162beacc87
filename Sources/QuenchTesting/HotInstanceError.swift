/// What keeps a test from having an instance, or an instance from answering it.
public struct HotInstanceError: Error, CustomStringConvertible {
  /// The matchable reason.
  public enum Code: String, Sendable, CaseIterable {
    /// The test has no trait that lends it an instance.
    case traitMissing
    /// The suite's definition in `quench.yml` asks for no instance.
    case noneLent
    /// There is no `quench` to start the service with.
    case quenchMissing
    /// `quench` could not build or start the service.
    case startFailed
    /// The data could not be put back.
    case resetFailed
    /// The instance gave no answer, or none that could be read.
    case noAnswer
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and what to do about it.
  public let message: String
  /// The error underneath.
  public let cause: (any Error)?

  init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    (self.code, self.message, self.cause) = (code, message, cause)
  }

  /// The message, and what caused it.
  public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
