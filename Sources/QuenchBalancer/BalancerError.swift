import QuenchDiagnostics
import QuenchProcesses

/// What can go wrong with a balancer.
public struct BalancerError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// A routing table contradicts itself or exceeds a bound.
    case tableInvalid = "table-invalid"
    /// The balancer has a newer table, or another one of the same version.
    case tableOutdated = "table-outdated"
    /// A listener's address is taken, not this machine's, or not allowed.
    case listenerUnavailable = "listener-unavailable"
    /// A listener's certificate or key cannot be read, or they do not belong together.
    case certificateUnreadable = "certificate-unreadable"
    /// Nothing answers at the balancer's control socket, or it stopped answering.
    case unreachable
    /// Whoever asked did not show the control socket's token.
    case unauthorized
    /// The running balancer speaks another version of the control protocol.
    case protocolUnknown = "protocol-unknown"
    /// The control socket cannot be made.
    case socketUnavailable = "socket-unavailable"
    /// The access log cannot be written.
    case logUnwritable = "log-unwritable"
    /// The engine's program is not installed.
    case engineMissing = "engine-missing"
    /// The engine's program is too old.
    case engineOutdated = "engine-outdated"
    /// The engine refused a command, or did something that it must not.
    case engineFailed = "engine-failed"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which table, listener, socket or file.
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

  /// That a listener cannot have its address: who has it, if that can be seen, else what the system said.
  static func unavailable(_ listener: Listener, port: Int, _ words: String) -> BalancerError {
    let holder = ListeningSocket.holder(ofPort: port).map { ": \($0) listens there" } ?? words
    return BalancerError(
      .listenerUnavailable,
      "cannot listen at \(listener.host) port \(port)\(holder); balancer.\(listener.trafficClass.rawValue) in quench.yml "
        + "is the address", remedy: "ss -ltnp 'sport = :\(port)'")
  }
}
