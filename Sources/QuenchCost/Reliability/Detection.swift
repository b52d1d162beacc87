/// How the balancer finds out that an instance has failed, and that it is back: by checks of its health.
///
/// A failed instance is taken to refuse a check at once, so that a check takes no time.
public struct Detection: Hashable, Sendable {
  /// Seconds from one check to the next, while the answers stay what they are; 0 where all is known at once.
  public var interval: Double
  /// Seconds from one check to the next between the first answer that differs and the change of mind.
  public var transitionInterval: Double
  /// How many checks in a row must pass before an instance is healthy again.
  public var rise: Int
  /// How many checks in a row must fail before an instance is unhealthy.
  public var fall: Int
  /// The share of an interval by which it varies at random, half to each side: 0 to 1.
  public var jitter: Double

  /// Makes the checks; without `transitionInterval`, all intervals are alike.
  public init(
    interval: Double = 2, transitionInterval: Double? = nil, rise: Int = 2, fall: Int = 3, jitter: Double = 0.1
  ) {
    self.interval = interval
    self.transitionInterval = transitionInterval ?? interval
    self.rise = rise
    self.fall = fall
    self.jitter = jitter
  }

  /// All is known at once.
  public static let instant = Detection(interval: 0, rise: 1, fall: 1, jitter: 0)

  /// A single check decides, so far apart that a failure is found after this many seconds on average.
  public static func averaging(_ seconds: Double) -> Detection {
    Detection(interval: 2 * seconds, rise: 1, fall: 1, jitter: 0)
  }

  /// Holds the parameters against what they have to be.
  ///
  /// - Throws: `CostError`, naming the first that is out of its range.
  public func check() throws(CostError) {
    try require(interval, "detection.interval", .notNegative)
    try require(transitionInterval, "detection.transitionInterval", interval > 0 ? .positive : .notNegative)
    try require(rise, "detection.rise", .atLeastOne)
    try require(fall, "detection.fall", .atLeastOne)
    try require(jitter, "detection.jitter", .share)
  }

  /// Seconds from a failure to the end of requests to the instance, on average.
  public var meanDetection: Double { meanFirstCheck + Double(fall - 1) * transitionInterval }

  /// Seconds from a repair to the first request to the instance, on average.
  public var meanReturn: Double { meanFirstCheck + Double(rise - 1) * transitionInterval }

  /// E[X²]/(2·E[X]) for intervals X: what is left of an interval at a random time (random incidence; Trivedi,
  /// *Probability and Statistics with Reliability, Queuing and Computer Science Applications*, 2nd edition, §6.7).
  private var meanFirstCheck: Double { interval > 0 ? interval / 2 * (1 + jitter * jitter / 12) : 0 }
}

extension Detection {
  /// Draws the time to the first check after something happened to an instance.
  ///
  /// Checks go on all the time, but only those that differ from what is believed are of any effect; before one of them
  /// the time of the last is long forgotten. So an interval is drawn as a random time falls into it, longer ones more
  /// often, and a random part of it is left.
  func drawFirst(_ stream: inout RandomStream) -> Double {
    let shortest = interval * (1 - jitter / 2)
    let longest = interval * (1 + jitter / 2)
    let square = shortest * shortest + stream.unit() * (longest * longest - shortest * shortest)
    return square.squareRoot() * stream.unit()
  }

  /// Draws the time from one check to the next during a change of mind.
  func drawNext(_ stream: inout RandomStream) -> Double {
    transitionInterval * (1 + jitter * (stream.unit() - 0.5))
  }
}
