/// What was counted of a service over some time: what the redundancy model guesses.
public struct TrafficCounts: Hashable, Sendable {
  /// Hot instances, on average.
  public let hotInstances: Int
  /// Cold instances, on average.
  public let coldInstances: Int
  /// Requests of tests that hot instances answered.
  public let testsOnHot: Int
  /// Requests of tests that cold instances answered.
  public let testsOnCold: Int
  /// Requests of production that hot instances answered.
  public let productionOnHot: Int
  /// Requests of production that cold instances answered.
  public let productionOnCold: Int
  /// Switches of either class.
  public let switches: Int
  /// What one switch cost on average, in any currency.
  public let switchCost: Double

  /// Checks the counts.
  ///
  /// - Throws: `CostError`, naming the first that is negative.
  public init(
    hotInstances: Int, coldInstances: Int, testsOnHot: Int, testsOnCold: Int, productionOnHot: Int,
    productionOnCold: Int, switches: Int, switchCost: Double = 1
  ) throws(CostError) {
    try require(hotInstances, "hotInstances", .notNegative)
    try require(coldInstances, "coldInstances", .notNegative)
    try require(testsOnHot, "testsOnHot", .notNegative)
    try require(testsOnCold, "testsOnCold", .notNegative)
    try require(productionOnHot, "productionOnHot", .notNegative)
    try require(productionOnCold, "productionOnCold", .notNegative)
    try require(switches, "switches", .notNegative)
    try require(switchCost, "switchCost", .notNegative)
    self.hotInstances = hotInstances
    self.coldInstances = coldInstances
    self.testsOnHot = testsOnHot
    self.testsOnCold = testsOnCold
    self.productionOnHot = productionOnHot
    self.productionOnCold = productionOnCold
    self.switches = switches
    self.switchCost = switchCost
  }

  /// Requests that hot instances answered.
  public var onHot: Int { testsOnHot + productionOnHot }
  /// Requests that cold instances answered.
  public var onCold: Int { testsOnCold + productionOnCold }
  /// Requests of tests.
  public var tests: Int { testsOnHot + testsOnCold }
  /// Requests of production.
  public var production: Int { productionOnHot + productionOnCold }
  /// All requests.
  public var requests: Int { onHot + onCold }

  /// The model with what was counted in the place of what it guesses.
  ///
  /// The shares are those of all requests, the loads the classes' parts of all requests, so that S_total is for each
  /// request.
  ///
  /// - Throws: `CostError` when there were no requests.
  public func model() throws(CostError) -> RedundancyModel {
    try require(requests, "requests", .positive)
    let all = Double(requests)
    return try RedundancyModel(
      hotInstances: hotInstances, coldInstances: coldInstances, hotShare: Double(onHot) / all,
      coldShare: Double(onCold) / all, testLoad: Double(tests) / all, productionLoad: Double(production) / all,
      requests: all, switchCost: switchCost)
  }
}
