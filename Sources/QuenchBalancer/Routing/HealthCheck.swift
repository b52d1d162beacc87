/// How a backend's health is known.
public struct HealthCheck: Sendable, Hashable, Codable {
  /// What a check asks.
  public enum Probe: Sendable, Hashable, Codable {
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

/// When failures seen in traffic make a backend unhealthy, before any check does.
public struct PassiveEjection: Sendable, Hashable, Codable {
  /// How many requests in a row must fail: no connection, or none of an answer, or one that is not HTTP.
  ///
  /// 0 never ejects. A refused connection ejects at once when a check confirms it.
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
