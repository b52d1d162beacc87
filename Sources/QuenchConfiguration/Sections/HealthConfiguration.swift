/// How an instance is known to be healthy: one probe, how often it is asked, and when its answers count.
public struct HealthConfiguration: Sendable, Equatable, Codable {
  /// What is asked.
  public enum Probe: Sendable, Equatable, Codable {
    /// A GET of this path answers with a 2xx or 3xx status.
    case http(path: String)
    /// The port accepts a connection.
    case tcp
    /// The command exits with 0.
    case command(CommandConfiguration)
    /// The standard gRPC health service says SERVING for this service, or for the whole server when nil.
    case grpc(service: String?)
  }

  /// What is asked.
  public var probe: Probe
  /// The time from one check to the next.
  public var interval: Duration
  /// How long one check may take.
  public var timeout: Duration
  /// Passed checks in a row that make an instance healthy.
  public var rise: Int
  /// Failed checks in a row that make it unhealthy.
  public var fall: Int
  /// How long a starting instance may take to become healthy.
  public var startTimeout: Duration

  /// A check of the port, with the defaults of `quench.yml`, unless given otherwise.
  public init(
    probe: Probe = .tcp,
    interval: Duration = .milliseconds(500),
    timeout: Duration = .seconds(2),
    rise: Int = 2,
    fall: Int = 3,
    startTimeout: Duration = .seconds(180)
  ) {
    self.probe = probe
    self.interval = interval
    self.timeout = timeout
    self.rise = rise
    self.fall = fall
    self.startTimeout = startTimeout
  }
}
