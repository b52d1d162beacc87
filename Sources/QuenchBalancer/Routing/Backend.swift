/// One instance that requests can go to.
///
/// A backend that no tier names is checked all the same, so that it can be seen to be healthy before it is routed to.
public struct Backend: Sendable, Hashable, Codable, Identifiable {
  /// Whether new requests may go to a backend.
  public enum State: String, Sendable, Hashable, Codable {
    /// They may.
    case active
    /// None; those under way end, kept-alive connections are closed after their answer.
    case draining
  }

  /// The instance's id.
  ///
  /// One that was used for another address counts as a new backend.
  public var id: String
  /// The address it listens at.
  public var host: String
  /// The port it listens at.
  public var port: Int
  /// The commit it runs.
  public var revision: String
  /// Whether new requests may go to it.
  public var state: State
  /// How its health is known.
  public var check: HealthCheck

  /// Makes a backend.
  public init(
    id: String, host: String = "127.0.0.1", port: Int, revision: String, state: State = .active,
    check: HealthCheck = HealthCheck(.tcp)
  ) {
    self.id = id
    self.host = host
    self.port = port
    self.revision = revision
    self.state = state
    self.check = check
  }
}
