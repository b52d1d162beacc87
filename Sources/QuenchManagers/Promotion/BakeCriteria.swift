import QuenchLedger

/// When a new set does worse than the one before it, so that traffic goes back.
public struct BakeCriteria: Sendable, Hashable {
  /// How many requests have to have failed, or been answered with an error of the service, at least.
  public var failures = 3
  /// How much greater the share of those requests has to be at least, 0 to 1.
  public var rateIncrease = 0.005
  /// How many standard errors the share has to be greater, so that chance alone does not explain it.
  public var standardErrors = 3.0
  /// How many times longer 99 of 100 answers have to take.
  public var latencyFactor = 2.0
  /// How much longer they have to take at least, in seconds.
  public var latencyIncrease = 0.05
  /// How many requests each set has to have answered for latencies to be compared.
  public var requests = 200

  /// The criteria by default.
  public init() {}

  /// What is worse than before, in figures; empty when nothing is.
  ///
  /// The shares of requests that failed, or that the service answered with an error of its own, are compared by the two-proportion z-test, with one failure and one success added to
  /// each side, so that no share is certain.
  public func complaints(before: TrafficFigures, now: TrafficFigures) -> [PromotionReason] {
    var complaints: [PromotionReason] = []
    let sizes = (Double(before.requests) + 2, Double(now.requests) + 2)
    let rates = ((Double(before.complaints) + 1) / sizes.0, (Double(now.complaints) + 1) / sizes.1)
    // Without an earlier set there is nothing that chance could have given it.
    let pooled = (rates.0 * sizes.0 + rates.1 * sizes.1) / (sizes.0 + sizes.1)
    let error =
      before.requests == 0 ? 0 : (pooled * (1 - pooled) * (1 / sizes.0 + 1 / sizes.1)).squareRoot()
    if now.complaints >= failures, now.complaintRate - before.complaintRate >= rateIncrease,
      before.requests == 0 || rates.1 - rates.0 >= standardErrors * error
    {
      complaints.append(
        PromotionReason(
          "bake-errors", ok: false,
          "\(now.complaints) of \(now.requests) requests failed (\(Self.percent(now.complaintRate))), \(now.serverErrors) of "
            + "them answered by the service itself with an error; before that \(before.complaints) of "
            + "\(before.requests) (\(Self.percent(before.complaintRate)))", next: "quench logs"))
    }
    if now.requests >= requests, before.requests >= requests, let old = before.p99, let new = now.p99,
      new >= old * latencyFactor, new - old >= latencyIncrease
    {
      complaints.append(
        PromotionReason(
          "bake-latency", ok: false,
          "99 % of answers took up to \(Self.milliseconds(new)), before that \(Self.milliseconds(old))",
          next: "quench logs"))
    }
    return complaints
  }

  static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
  static func milliseconds(_ seconds: Double) -> String { "\((seconds * 10000).rounded() / 10) ms" }
}
