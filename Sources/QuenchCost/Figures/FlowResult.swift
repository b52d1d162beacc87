/// What a simulation showed of one class of requests.
public struct FlowResult: Hashable, Sendable {
  /// The flow's name.
  public let name: String
  /// Requests that were answered.
  public let served: Int
  /// Requests that were lost.
  public let lost: Losses
  /// The share of requests that were answered; nil when none came.
  public let requestAvailability: Estimate?
  /// The share of time in which a request would be lost: its instance would be down, and so would another one with
  /// which it would be tried again.
  public let timeUnavailability: Estimate
  /// The same, where also all time counts in which fewer instances than are needed are up and in use: k-out-of-n.
  public let capacityUnavailability: Estimate
  /// How often the instances that are up and in use became fewer than are needed, or none of them could be reached.
  public let outages: Int
  /// From arrival to the beginning of the work; nil when nothing was answered.
  public let wait: TimeFigures?
  /// From arrival to the answer; nil when nothing was answered.
  public let response: TimeFigures?
  /// How often its requests began to go to other instances than before.
  public let switches: Int
  /// The same a day.
  public let switchesPerDay: Estimate

  /// The share of time in which a request would be served.
  public var timeAvailability: Estimate { timeUnavailability.complement }

  /// The share of time in which a request would be served with instances enough.
  public var capacityAvailability: Estimate { capacityUnavailability.complement }
}

/// How many requests were lost, and to what.
public struct Losses: Hashable, Sendable {
  /// Sent to an instance that had failed, which was not yet known.
  public internal(set) var refused = 0
  /// With an instance when it failed.
  public internal(set) var broken = 0
  /// There was no healthy instance to send them to.
  public internal(set) var unavailable = 0
  /// There was no place left to wait.
  public internal(set) var full = 0

  /// All of them.
  public var total: Int { refused + broken + unavailable + full }
}

/// How long requests took, in seconds.
public struct TimeFigures: Hashable, Sendable {
  /// The mean.
  public let mean: Estimate
  /// What half of the requests took at most, within 1 %.
  public let p50: Double
  /// What 99 of 100 requests took at most, within 1 %.
  public let p99: Double
}
