/// One class of requests.
public struct Flow: Hashable, Sendable {
  /// What it is called, as `production` or `test`.
  public var name: String
  /// λ: requests a second, at random (a Poisson process); 0 where only what a request would meet is of interest.
  public var arrivalRate: Double
  /// Seconds that an instance works on a request.
  public var service: Distribution
  /// Which instances its requests go to.
  public var routing: Routing
  /// How many instances have to be up and in use for it to be served well: the k of k-out-of-n.
  public var neededInstances: Int

  /// Describes a class of requests.
  public init(
    _ name: String, arrivalRate: Double, service: Distribution = .exponential(mean: 1), routing: Routing = .coldFirst,
    neededInstances: Int = 1
  ) {
    self.name = name
    self.arrivalRate = arrivalRate
    self.service = service
    self.routing = routing
    self.neededInstances = neededInstances
  }

  func check(_ input: String) throws(CostError) {
    try require(arrivalRate, "\(input).arrivalRate", .notNegative)
    try service.check("\(input).service")
    try routing.check("\(input).routing")
    try require(neededInstances, "\(input).neededInstances", .atLeastOne)
  }
}
