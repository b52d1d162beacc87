/// How a backend's health is known.
public struct HealthCheck: Sendable, Hashable, Codable {
  /// What a check asks.
  public enum Probe: Sendable, Hashable {
    /// A GET of this path, answered with a status of 200 to 399.
    case path(String)
    /// A TCP connection that is accepted.
    case tcp
    /// Nothing: somebody else checks it, and says so with each table.
    case known(isHealthy: Bool)
  }

  /// What a check asks.
  public var probe: Probe
  /// The time from one check to the next, while the answers stay what they are.
  @Seconds public var interval: Duration
  /// The time from one check to the next between the first answer that differs and the change of state.
  @Seconds public var transitionInterval: Duration
  /// How long a check may take.
  @Seconds public var timeout: Duration
  /// How many checks in a row must pass before an unhealthy backend is healthy.
  ///
  /// The very first check counts alone.
  public var rise: Int
  /// How many checks in a row must fail before a healthy backend is unhealthy.
  public var fall: Int
  /// The share of the interval by which it varies at random, so that backends are not all checked at once: 0 to 1.
  public var jitter: Double

  /// Makes a check.
  public init(
    _ probe: Probe, interval: Duration = .seconds(2), transitionInterval: Duration? = nil,
    timeout: Duration = .seconds(2), rise: Int = 2, fall: Int = 3, jitter: Double = 0.1
  ) {
    self.probe = probe
    self.interval = interval
    self.transitionInterval = transitionInterval ?? min(interval, max(interval / 4, .milliseconds(100)))
    self.timeout = timeout
    self.rise = rise
    self.fall = fall
    self.jitter = jitter
  }
}

extension HealthCheck.Probe: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind
    case path
    case isHealthy
  }

  private enum Kind: String, Codable {
    case path, tcp, known
  }

  /// Reads a `kind`, and what belongs to it.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    switch try keys.decode(Kind.self, forKey: .kind) {
    case .path: self = .path(try keys.decode(String.self, forKey: .path))
    case .tcp: self = .tcp
    case .known: self = .known(isHealthy: try keys.decode(Bool.self, forKey: .isHealthy))
    }
  }

  /// Writes the `kind`, and what belongs to it.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .path(let path):
      try keys.encode(Kind.path, forKey: .kind)
      try keys.encode(path, forKey: .path)
    case .tcp: try keys.encode(Kind.tcp, forKey: .kind)
    case .known(let isHealthy):
      try keys.encode(Kind.known, forKey: .kind)
      try keys.encode(isHealthy, forKey: .isHealthy)
    }
  }
}

/// When failures seen in traffic make a backend unhealthy, before any check does.
public struct PassiveEjection: Sendable, Hashable, Codable {
  /// How many requests in a row must fail: no connection, or none of an answer, or one that is not HTTP.
  ///
  /// Those that take too long do not count: they may be meant to. 0 never ejects. A refused connection ejects at once when a check confirms it.
  public var failures: Int
  /// How long an ejected backend gets no requests at least; doubled each time it is ejected again soon after.
  @Seconds public var duration: Duration
  /// The longest that it becomes by doubling.
  @Seconds public var longest: Duration

  /// Makes the rule.
  public init(failures: Int = 3, duration: Duration = .seconds(2), longest: Duration = .seconds(60)) {
    self.failures = failures
    self.duration = duration
    self.longest = longest
  }
}
