/// Requests that arrive at random and are lost when all servers are busy (M/M/c/c).
public struct LossSystem: Hashable, Sendable {
  /// λ: requests a second.
  public let arrivalRate: Double
  /// 1/μ: seconds that a request takes on average.
  public let meanService: Double
  /// c: servers.
  public let servers: Int

  /// Checks the inputs.
  ///
  /// - Throws: `CostError`, naming the first that is out of its range.
  public init(arrivalRate: Double, meanService: Double, servers: Int) throws(CostError) {
    try require(arrivalRate, "arrivalRate", .notNegative)
    try require(meanService, "meanService", .positive)
    try require(servers, "servers", .atLeastOne)
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.servers = servers
  }

  /// a = λ/μ: the arrivals in one mean service time ("erlangs").
  public var load: Double { arrivalRate * meanService }

  /// The share of requests that are lost: Erlang B.
  public var blocking: Double { Erlang.b(load: load, servers: servers) }

  /// The share of the servers' time in which they are busy.
  public var utilisation: Double { load * (1 - blocking) / Double(servers) }
}
