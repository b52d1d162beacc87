/// What a redundancy design has to do, and what it has to do it with: all that a plan follows from.
public struct Requirements: Hashable, Sendable {
  /// λ: requests of production a second, on average.
  public var arrivalRate: Double
  /// How many times the average arrive at the peak; 1 or more.
  public var peakFactor: Double
  /// Seconds that an instance works on a request, on average.
  public var meanService: Double
  /// How many requests an instance works on at a time.
  public var slots: Int
  /// How often an instance fails and how long it stays so.
  public var reliability: InstanceReliability
  /// How failures are found out.
  public var detection: Detection
  /// What is done with requests that an instance failed.
  public var retry: Retry
  /// The share of requests, weighed over time, that have to be served with instances enough for the peak: between 0 and
  /// 1.
  public var targetAvailability: Double
  /// How busy instances may be at the peak: between 0 and 1.
  public var targetUtilisation: Double
  /// How long requests may wait at the peak on average, in seconds; nil where the utilisation alone decides.
  public var longestMeanWait: Double?
  /// What instances and switches cost.
  public var prices: Prices
  /// How many cold instances there may be, 1 to 100; nil for four more than the peak needs.
  public var mostCold: Int?
  /// How many hot instances there may be, `leastHot` to 100; nil for as many as cold ones.
  public var mostHot: Int?
  /// How many hot instances there have to be, for tests.
  public var leastHot: Int
  /// The modes that may be used.
  public var modes: [RedundancyMode]

  /// States what is required.
  public init(
    arrivalRate: Double, peakFactor: Double = 1, meanService: Double, slots: Int = 1, reliability: InstanceReliability,
    detection: Detection = Detection(), retry: Retry = .refused, targetAvailability: Double,
    targetUtilisation: Double = 0.7, longestMeanWait: Double? = nil, prices: Prices, mostCold: Int? = nil,
    mostHot: Int? = nil, leastHot: Int = 0, modes: [RedundancyMode] = RedundancyMode.allCases
  ) {
    self.arrivalRate = arrivalRate
    self.peakFactor = peakFactor
    self.meanService = meanService
    self.slots = slots
    self.reliability = reliability
    self.detection = detection
    self.retry = retry
    self.targetAvailability = targetAvailability
    self.targetUtilisation = targetUtilisation
    self.longestMeanWait = longestMeanWait
    self.prices = prices
    self.mostCold = mostCold
    self.mostHot = mostHot
    self.leastHot = leastHot
    self.modes = modes
  }

  /// Holds all of it against what it has to be.
  ///
  /// - Throws: `CostError`, naming the first property that is out of its range.
  public func check() throws(CostError) {
    try require(arrivalRate, "arrivalRate", .notNegative)
    try require(peakFactor, "peakFactor", .atLeastOne)
    try require(meanService, "meanService", .positive)
    try require(slots, "slots", .atLeastOne)
    try detection.check()
    try require(targetAvailability, "targetAvailability", .inside)
    try require(targetUtilisation, "targetUtilisation", .inside)
    if let longestMeanWait { try require(longestMeanWait, "longestMeanWait", .positive) }
    try prices.check()
    try require(load * peakFactor / (Double(slots) * targetUtilisation), "instances for the peak", .countable)
    try require(leastHot, "leastHot", .notNegative)
    try require(leastHot, "leastHot", .few)
    if let mostCold {
      try require(mostCold, "mostCold", .atLeastOne)
      try require(mostCold, "mostCold", .few)
    }
    if let mostHot {
      try require(mostHot - leastHot, "mostHot − leastHot", .notNegative)
      try require(mostHot, "mostHot", .few)
    }
    try require(modes.count, "modes.count", .atLeastOne)
  }
}

extension Requirements {
  /// The most instances of a set that are tried; a set of more is better thought of as several services.
  static let mostInstances = 100
  /// Instances of a set that are tried beyond what the peak needs.
  static let spareInstances = 4

  /// The load of production on average: the arrivals in one mean service time ("erlangs").
  public var load: Double { arrivalRate * meanService }

  /// How many instances the peak needs, for the target utilisation and, where there is one, the longest mean wait
  /// (M/M/c).
  public var neededInstances: Int {
    let peak = load * peakFactor
    // A load of k instances' target exactly is one for k instances, whatever rounding makes of it.
    var needed = max(1, Int((peak / (Double(slots) * targetUtilisation) - 1e-9).rounded(.up)))
    guard let longestMeanWait else { return needed }
    while (peakQueue(instances: needed)?.meanWait ?? .infinity) > longestMeanWait { needed += 1 }
    return needed
  }

  /// The queue that so many instances make of the peak; nil where they cannot do it.
  public func peakQueue(instances: Int) -> MarkovQueue? {
    try? MarkovQueue(arrivalRate: arrivalRate * peakFactor, meanService: meanService, servers: instances * slots)
  }
}
