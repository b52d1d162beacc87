/// A redundancy design under load: all that a simulation needs to know besides its seed.
public struct Scenario: Hashable, Sendable {
  /// The cold set.
  public var cold: InstanceSet
  /// The hot set.
  public var hot: InstanceSet
  /// The classes of requests.
  public var flows: [Flow]
  /// How failures are found out.
  public var detection: Detection
  /// What is done with requests that an instance failed.
  public var retry: Retry
  /// Where requests wait.
  public var waiting: Waiting
  /// Which instance is next.
  public var choosing: Choosing
  /// What it costs.
  public var prices: Prices
  /// How long the time is that is measured, in seconds of the simulation.
  public var seconds: Double
  /// The seconds before that, in which nothing is measured: as long as it takes to forget that all began empty and
  /// well.
  public var warmUp: Double

  /// Describes a scenario.
  public init(
    cold: InstanceSet, hot: InstanceSet = .none, flows: [Flow], detection: Detection = .instant, retry: Retry = .never,
    waiting: Waiting = .atBalancer(places: nil), choosing: Choosing = .inTurn, prices: Prices = Prices(),
    seconds: Double, warmUp: Double = 0
  ) {
    self.cold = cold
    self.hot = hot
    self.flows = flows
    self.detection = detection
    self.retry = retry
    self.waiting = waiting
    self.choosing = choosing
    self.prices = prices
    self.seconds = seconds
    self.warmUp = warmUp
  }

  /// Holds all of it against what it has to be.
  ///
  /// - Throws: `CostError`, naming the first property that is out of its range.
  public func check() throws(CostError) {
    try cold.check("cold")
    try hot.check("hot")
    try require(cold.count + hot.count, "cold.count + hot.count", .atLeastOne)
    try require(flows.count, "flows.count", .atLeastOne)
    for flow in flows { try flow.check(flow.name) }
    try detection.check()
    try require(waiting.places, "waiting.places", .notNegative)
    try prices.check()
    try require(seconds, "seconds", .positive)
    try require(warmUp, "warmUp", .notNegative)
  }
}
