/// Where a class of traffic goes: tiers, the preferred one first.
public struct Route: Sendable, Hashable, Codable, Identifiable {
  /// What happens while no tier has a healthy backend.
  public enum FailMode: String, Sendable, Hashable, Codable {
    /// 503 with Retry-After; a connection of transport `tcp` is closed.
    case closed
    /// The first tier's backends are tried although they are unhealthy.
    case open
  }

  /// The route's name.
  public var id: String
  /// The tiers, the preferred one first.
  public var tiers: [Tier]
  /// How long a tier must have been well before traffic comes back to it from a lower one.
  @Seconds public var hold: Duration
  /// What happens while nothing is healthy.
  public var failMode: FailMode
  /// What `Retry-After` says then.
  @Seconds public var retryAfter: Duration

  /// Makes a route.
  public init(
    id: String, tiers: [Tier], hold: Duration = .seconds(5), failMode: FailMode = .closed,
    retryAfter: Duration = .seconds(2)
  ) {
    self.id = id
    self.tiers = tiers
    self.hold = hold
    self.failMode = failMode
    self.retryAfter = retryAfter
  }
}

/// Backends that stand in for one another.
///
/// A tier is used while so many of its backends are healthy as it needs; otherwise traffic spills to the next. When no
/// tier has as many as it needs, the first with any is used.
public struct Tier: Sendable, Hashable, Codable {
  /// Which requests a tier takes.
  public enum Acceptance: String, Sendable, Hashable, Codable {
    /// All.
    case all
    /// Those that change nothing: GET, HEAD, OPTIONS and TRACE. The others go to the next tier that takes them.
    /// A connection of transport `tcp` is taken only by tiers that take all.
    case safe
  }

  /// What the tier is called in the status and in metrics: `cold`, `hot`.
  public var name: String
  /// The ids of its backends.
  public var backends: [String]
  /// Which requests it takes.
  public var accepts: Acceptance
  /// How many of its backends must be healthy, unless it has fewer.
  public var minimumHealthy: Int
  /// How long it takes a backend that turned healthy, or a tier that wakes up, to get its full share of requests.
  @Seconds public var ramp: Duration

  /// Makes a tier.
  public init(
    name: String, backends: [String], accepts: Acceptance = .all, minimumHealthy: Int = 1, ramp: Duration = .zero
  ) {
    self.name = name
    self.backends = backends
    self.accepts = accepts
    self.minimumHealthy = minimumHealthy
    self.ramp = ramp
  }
}
