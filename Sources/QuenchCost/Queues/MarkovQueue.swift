#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Requests that arrive at random, wait in one line, and take exponential times with some number of servers (M/M/c).
///
/// The formulas are those of Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory*, 4th edition, §2.2
/// for one server and §2.3 for several.
public struct MarkovQueue: Hashable, Sendable {
  /// λ: requests a second.
  public let arrivalRate: Double
  /// 1/μ: seconds that a request takes on average.
  public let meanService: Double
  /// c: servers.
  public let servers: Int

  /// Checks the inputs.
  ///
  /// - Throws: `CostError`, naming the first that is out of its range; `utilisation` where there is more work than
  ///   servers.
  public init(arrivalRate: Double, meanService: Double, servers: Int = 1) throws(CostError) {
    try require(arrivalRate, "arrivalRate", .notNegative)
    try require(meanService, "meanService", .positive)
    try require(servers, "servers", .atLeastOne)
    try require(arrivalRate * meanService / Double(servers), "utilisation", .stable)
    self.arrivalRate = arrivalRate
    self.meanService = meanService
    self.servers = servers
  }

  /// a = λ/μ: the arrivals in one mean service time ("erlangs").
  public var load: Double { arrivalRate * meanService }

  /// ρ = a/c: the share of the servers' time in which they are busy.
  public var utilisation: Double { load / Double(servers) }

  /// The probability that a request has to wait: Erlang C.
  public var waitProbability: Double { Erlang.c(load: load, servers: servers) }

  /// W_q = C/(c·μ − λ): seconds that a request waits on average.
  public var meanWait: Double { waitProbability / spareRate }

  /// W = W_q + 1/μ: seconds from a request's arrival to its answer on average.
  public var meanResponse: Double { meanWait + meanService }

  /// L_q = λ·W_q: requests that wait at a time (Little's law).
  public var meanWaiting: Double { arrivalRate * meanWait }

  /// L = λ·W: requests that are there at a time (Little's law).
  public var meanPresent: Double { arrivalRate * meanResponse }

  /// P(wait > t) = C·e^(−(c·μ − λ)·t), for t in seconds.
  public func waitExceeds(_ seconds: Double) -> Double {
    waitProbability * exp(-spareRate * max(0, seconds))
  }

  /// The seconds that a share of the requests wait at most; 0 where so many need not wait.
  ///
  /// - Parameter share: from 0 to below 1.
  public func waitQuantile(_ share: Double) -> Double {
    max(0, log(waitProbability / (1 - share)) / spareRate)
  }

  /// P(response > t), for t in seconds: service alone, or an exponential wait and then service.
  public func responseExceeds(_ seconds: Double) -> Double {
    let time = max(0, seconds)
    let rate = 1 / meanService
    let alone = exp(-rate * time)
    let difference = spareRate - rate
    let both =
      abs(difference) < 1e-9 * rate
      ? (1 + rate * time) * alone : (spareRate * alone - rate * exp(-spareRate * time)) / difference
    return (1 - waitProbability) * alone + waitProbability * both
  }

  /// The seconds that a share of the requests take at most, from arrival to answer; found by bisection.
  ///
  /// - Parameter share: from 0 to below 1.
  public func responseQuantile(_ share: Double) -> Double {
    let target = 1 - share
    guard target < 1 else { return 0 }
    var low = 0.0
    var high = meanResponse
    while responseExceeds(high) > target { high *= 2 }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if responseExceeds(middle) > target { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// c·μ − λ: how many more requests a second the servers could take.
  private var spareRate: Double { Double(servers) / meanService - arrivalRate }
}
