/// Requests that arrive at random, wait in one line, and take times of any distribution with one server (M/G/1).
public struct GeneralQueue: Hashable, Sendable {
  /// λ: requests a second.
  public let arrivalRate: Double
  /// The seconds that a request takes.
  public let service: Distribution

  /// Checks the inputs.
  ///
  /// - Throws: `CostError`, naming the first that is out of its range; `utilisation` where there is more work than a
  ///   server does.
  public init(arrivalRate: Double, service: Distribution) throws(CostError) {
    try require(arrivalRate, "arrivalRate", .notNegative)
    try service.check("service")
    try require(arrivalRate * service.mean, "utilisation", .stable)
    self.arrivalRate = arrivalRate
    self.service = service
  }

  /// ρ: the share of the time in which the server is busy.
  public var utilisation: Double { arrivalRate * service.mean }

  /// λ·E[S²] / (2·(1 − ρ)): seconds that a request waits on average.
  ///
  /// The formula of Pollaczek and Khinchine (Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory*,
  /// 4th edition, §5.1).
  public var meanWait: Double { arrivalRate * service.secondMoment / (2 * (1 - utilisation)) }

  /// Seconds from a request's arrival to its answer on average.
  public var meanResponse: Double { meanWait + service.mean }
}
