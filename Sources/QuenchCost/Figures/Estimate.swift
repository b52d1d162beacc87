#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A figure of a simulation with how sure it is.
public struct Estimate: Hashable, Sendable {
  /// The figure.
  public let value: Double
  /// Its standard error, in the same unit; 0 where nothing varied.
  public let standardError: Double

  /// States a figure.
  public init(_ value: Double, standardError: Double) {
    self.value = value
    self.standardError = standardError
  }

  /// How many standard errors it is away from another value; endless where nothing varied and the two differ.
  public func deviations(from other: Double) -> Double {
    let difference = abs(value - other)
    if difference <= 1e-12 * abs(other) { return 0 }
    return standardError > 0 ? difference / standardError : .infinity
  }

  /// The same figure in another unit, of which one old one has this many.
  public func scaled(by factor: Double) -> Estimate {
    Estimate(value * factor, standardError: standardError * abs(factor))
  }

  /// One minus it, for shares.
  public var complement: Estimate { Estimate(1 - value, standardError: standardError) }
}

extension Estimate {
  /// The ratio of two sums over batches: the method of batch means, with the ratio's linear approximation.
  ///
  /// Batches are so long that they hardly depend on one another, while single requests do (Law, *Simulation Modeling
  /// and Analysis*, 5th edition, §9.5.3; for ratios Cochran, *Sampling Techniques*, 3rd edition, §2.11).
  /// - Returns: nil where the lower sum is 0.
  init?(ratio: [(upper: Double, lower: Double)]) {
    let count = Double(ratio.count)
    let upper = ratio.reduce(0) { $0 + $1.upper }
    let lower = ratio.reduce(0) { $0 + $1.lower }
    guard lower > 0 else { return nil }
    value = upper / lower
    guard count > 1 else {
      standardError = 0
      return
    }
    let value = value
    let squares = ratio.reduce(0) { sum, batch in
      let rest = batch.upper - value * batch.lower
      return sum + rest * rest
    }
    standardError = sqrt(squares / (count * (count - 1))) / (lower / count)
  }

  /// The mean of a figure over independent runs, or over batches of equal weight; not a number where there are none.
  public init(meanOf values: [Double]) {
    self =
      Estimate(ratio: values.map { (upper: $0, lower: 1) }) ?? Estimate(.nan, standardError: .nan)
  }
}
