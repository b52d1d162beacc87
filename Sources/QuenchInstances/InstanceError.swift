import QuenchDiagnostics

/// What can go wrong with an instance.
public struct InstanceError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The process ended before it was healthy.
    case endedAtStart = "instance-ended-at-start"
    /// The process ended while it was needed.
    case ended = "instance-ended"
    /// The health check never passed within the start timeout.
    case neverHealthy = "instance-never-healthy"
    /// Another process holds the instance's port.
    case portTaken = "port-taken"
    /// The service listens on a port that is not the one it was given.
    case wrongPort = "wrong-port"
    /// A hook of the service failed.
    case hookFailed = "hook-failed"
    /// A dependency of the service could not be had.
    case dependencyFailed = "dependency-failed"
    /// A variable that the service needs is not set where Quench runs.
    case secretMissing = "secret-missing"
    /// The instance's folder cannot be written.
    case folderUnwritable = "instance-folder-unwritable"
    /// The instance's own description is missing or unreadable.
    case descriptionUnreadable = "instance-description-unreadable"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which instance.
  public private(set) var message: String
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

  /// The error, saying too what could not be cleaned up after it.
  public func adding(leftBehind failures: [any Error]) -> InstanceError {
    guard !failures.isEmpty else { return self }
    var error = self
    error.message +=
      "\nleft behind: "
      + failures.map { DiagnosticText.lines(of: $0).joined(separator: " ") }
      .joined(separator: "\nleft behind: ")
    return error
  }

  /// A missing secret is a matter of configuration; all else is an error.
  public var exitStatus: ExitStatus { code == .secretMissing ? .configuration : .error }
}
