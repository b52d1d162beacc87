/// Why a certificate and its key cannot be used.
public struct CertificateFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file that is at fault.
  public enum Part: Sendable, Hashable {
    /// The certificate with its chain.
    case chain
    /// The private key.
    case key
  }

  /// The file that is at fault.
  public let part: Part
  /// Its path.
  public let path: String
  /// What is wrong with it, as it goes on after the path: `can be read by others`.
  public let reason: String
  /// What to do next.
  public let remedy: String

  init(_ part: Part, _ files: Listener.Certificate, _ reason: String, remedy: String? = nil) {
    self.part = part
    path = part == .chain ? files.chain : files.key
    self.reason = reason
    self.remedy = remedy ?? "ls -lL '\(path)'"
  }

  /// The path and the reason.
  public var description: String { "\(path) \(reason)" }

  /// The same as a balancer's error.
  var error: BalancerError { BalancerError(.certificateUnreadable, description, remedy: remedy) }
}
