/// The load and switching model of *Hot-Hot and Hot-Warm Redundancy Design*, section 4, as it is written there.
///
/// The design says of none of its quantities in which unit they are. Its worked case gives loads that sum to 1, so
/// loads are taken as parts of a whole, and what is made of them is per unit of load. The shares need not sum to 1: the
/// design never says that a request reaches one set or the other.
public struct RedundancyModel: Hashable, Sendable {
  /// M_h: hot instances (§4.1).
  public let hotInstances: Int
  /// M_c: cold instances (§4.1).
  public let coldInstances: Int
  /// p_h: the probability that a request reaches a hot instance, 0 to 1 (§4.1).
  public let hotShare: Double
  /// p_c: the probability that a request reaches a cold instance, 0 to 1 (§4.1).
  public let coldShare: Double
  /// L_t: the load of the test environment, as a part of a whole load (§4.1).
  public let testLoad: Double
  /// L_p: the load of production, as a part of the same whole (§4.1).
  public let productionLoad: Double
  /// N: requests (§4.1).
  public let requests: Double
  /// C_s: what one switch costs, in any currency (§4.1).
  public let switchCost: Double

  /// Checks the inputs.
  ///
  /// - Throws: `CostError`, naming the first input that is out of its range.
  public init(
    hotInstances: Int, coldInstances: Int, hotShare: Double, coldShare: Double, testLoad: Double,
    productionLoad: Double, requests: Double, switchCost: Double = 1
  ) throws(CostError) {
    try require(hotInstances, "hotInstances", .notNegative)
    try require(coldInstances, "coldInstances", .notNegative)
    try require(hotShare, "hotShare", .share)
    try require(coldShare, "coldShare", .share)
    try require(testLoad, "testLoad", .notNegative)
    try require(productionLoad, "productionLoad", .notNegative)
    try require(requests, "requests", .positive)
    try require(switchCost, "switchCost", .notNegative)
    self.hotInstances = hotInstances
    self.coldInstances = coldInstances
    self.hotShare = hotShare
    self.coldShare = coldShare
    self.testLoad = testLoad
    self.productionLoad = productionLoad
    self.requests = requests
    self.switchCost = switchCost
  }
}

extension RedundancyModel {
  /// L = L_t + L_p: the whole load, in the unit of the loads (§4.1).
  public var load: Double { testLoad + productionLoad }

  /// S = L_t·p_h + L_p·p_c: the balancer's switches, in the unit of the loads (§4.1).
  public var switches: Double { testLoad * hotShare + productionLoad * coldShare }

  /// S_total = S + L_t·p_h + L_p·p_c: all switches, in the unit of the loads (§4.1).
  ///
  /// By the definition of S this is 2·S; the design does not say why it counts each twice.
  public var switchesTotal: Double { switches + testLoad * hotShare + productionLoad * coldShare }

  /// C = S_total·C_s: what all switches cost, in the currency of `switchCost` (§4.1).
  public var cost: Double { switchesTotal * switchCost }

  /// N_t = M_h·p_h·N: requests that reach the test environment (§4.2, 1).
  ///
  /// Each instance counts with the share of all, so that this is more than N where M_h·p_h is more than 1.
  public var requestsHot: Double { Double(hotInstances) * hotShare * requests }

  /// N_c = M_c·p_c·N: requests that reach production (§4.2, 2).
  public var requestsCold: Double { Double(coldInstances) * coldShare * requests }

  /// N_t/N + N_c/N: the load once more, as requests for each one that came (§4.2, 3).
  ///
  /// The design goes on to (M_h·p_h + M_c·p_c)/N, which has one division by N too many and is the same only for N = 1.
  /// This is its first form. It takes L_t for N_t/N, which the definition of L does not.
  public var loadByRequests: Double { (requestsHot + requestsCold) / requests }

  /// (N_t·p_h + N_c·p_c)/N + L_t·p_h + L_p·p_c: all switches, before the expansion (§4.2, 4, first line).
  public var switchesTotalByRequests: Double {
    (requestsHot * hotShare + requestsCold * coldShare) / requests + testLoad * hotShare + productionLoad * coldShare
  }

  /// The terms of the expanded form, each divided by N, in the order in which it has them (§4.2, 4, last line).
  ///
  /// M_h·p_h·p_h, M_h·p_h·p_c, M_c·p_c·p_h, M_c·p_c·p_c, M_h·p_h·N and M_c·p_c·N.
  public var expandedTerms: [Double] {
    let hot = Double(hotInstances) * hotShare
    let cold = Double(coldInstances) * coldShare
    return [
      hot * hotShare, hot * coldShare, cold * hotShare, cold * coldShare, hot * requests, cold * requests,
    ].map { $0 / requests }
  }

  /// (M_h·p_h·p_h + M_h·p_h·p_c + M_c·p_c·p_h + M_c·p_c·p_c + M_h·p_h·N + M_c·p_c·N)/N: all switches, expanded (§4.2,
  /// 4).
  ///
  /// The design derives it from the line before, but it does not follow: it has two mixed terms more, and M_h·p_h and
  /// M_c·p_c where L_t·p_h and L_p·p_c stood. It is no function of the loads any more.
  public var switchesTotalExpanded: Double { expandedTerms.reduce(0, +) }

  /// The cost by the expanded form, in the currency of `switchCost`.
  public var costExpanded: Double { switchesTotalExpanded * switchCost }
}
