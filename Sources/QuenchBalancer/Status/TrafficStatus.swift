/// What was answered to one class of traffic by one tier on one revision.
public struct TrafficStatus: Sendable, Equatable, Codable {
  /// Whose traffic.
  public var trafficClass: TrafficClass
  /// The name of the tier that answered; `none` where the balancer itself did, because nobody was there or gave a proper
  /// answer.
  public var tier: String
  /// The commit that answered; `none` likewise.
  public var revision: String
  /// The answers by class of status, as `2xx`.
  ///
  /// Connections of transport `tcp` count as `tcp`.
  public var statuses: [String: Int]
  /// The requests that had no proper answer: none, none that is HTTP, or one that was cut off.
  public var failed: Int
  /// How long the answers took, from the request's last head byte to the answer's last byte.
  public var latency: LatencyHistogram

  /// The requests, failed ones included.
  public var requests: Int { statuses.values.reduce(0, +) }

  /// The answers of the service itself whose status is 500 or more; they are not among the failed requests.
  public var serverErrors: Int { tier == Self.nobody ? 0 : statuses["5xx", default: 0] }

  /// The tier and the revision of what the balancer itself answered.
  static let nobody = "none"

  /// Makes the counters.
  public init(
    trafficClass: TrafficClass, tier: String, revision: String, statuses: [String: Int] = [:], failed: Int = 0,
    latency: LatencyHistogram = LatencyHistogram()
  ) {
    self.trafficClass = trafficClass
    self.tier = tier
    self.revision = revision
    self.statuses = statuses
    self.failed = failed
    self.latency = latency
  }
}
