#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How long something takes: a distribution over times of 0 s and more.
public enum Distribution: Hashable, Sendable {
  /// Without memory, with this mean in seconds.
  case exponential(mean: Double)
  /// Always as long, in seconds.
  case constant(Double)
  /// Any time between two, in seconds, as likely.
  case uniform(from: Double, to: Double)
  /// P(T > t) = e^(−(t/scale)^shape), with the scale in seconds; a shape below 1 is wear-in, above 1 wear-out.
  case weibull(shape: Double, scale: Double)
  /// e to a normal variable with standard deviation `sigma`, with this median in seconds.
  case logNormal(median: Double, sigma: Double)
  /// One of these times, in seconds, as likely: what was measured.
  case measured([Double])

  /// The mean in seconds.
  public var mean: Double {
    switch self {
    case .exponential(let mean): mean
    case .constant(let time): time
    case .uniform(let from, let to): (from + to) / 2
    case .weibull(let shape, let scale): scale * tgamma(1 + 1 / shape)
    case .logNormal(let median, let sigma): median * exp(sigma * sigma / 2)
    case .measured(let times): times.reduce(0, +) / Double(times.count)
    }
  }

  /// E[T²], in seconds squared.
  public var secondMoment: Double {
    switch self {
    case .exponential(let mean): 2 * mean * mean
    case .constant(let time): time * time
    case .uniform(let from, let to): (from * from + from * to + to * to) / 3
    case .weibull(let shape, let scale): scale * scale * tgamma(1 + 2 / shape)
    case .logNormal(let median, let sigma): median * median * exp(2 * sigma * sigma)
    case .measured(let times): times.reduce(0) { $0 + $1 * $1 } / Double(times.count)
    }
  }

  /// Holds the parameters against what they have to be.
  ///
  /// - Parameter input: what the distribution is of; the error names it.
  /// - Throws: `CostError` for times below 0, an endless mean, or no measured times.
  public func check(_ input: String) throws(CostError) {
    switch self {
    case .exponential(let mean): try require(mean, "\(input).mean", .positive)
    case .constant(let time): try require(time, input, .notNegative)
    case .uniform(let from, let to):
      try require(from, "\(input).from", .notNegative)
      try require(to - from, "\(input).to − \(input).from", .notNegative)
    case .weibull(let shape, let scale):
      try require(shape, "\(input).shape", .positive)
      try require(scale, "\(input).scale", .positive)
    case .logNormal(let median, let sigma):
      try require(median, "\(input).median", .positive)
      try require(sigma, "\(input).sigma", .notNegative)
    case .measured(let times):
      try require(times.count, "\(input).count", .atLeastOne)
      for time in times { try require(time, input, .notNegative) }
    }
    try require(secondMoment, "\(input).secondMoment", .notNegative)
  }

  /// Draws a time in seconds.
  func draw(_ stream: inout RandomStream) -> Double {
    switch self {
    case .exponential(let mean): -log(stream.unit()) * mean
    case .constant(let time): time
    case .uniform(let from, let to): from + (to - from) * (1 - stream.unit())
    // By inversion of P(T > t).
    case .weibull(let shape, let scale): scale * pow(-log(stream.unit()), 1 / shape)
    case .logNormal(let median, let sigma): median * exp(sigma * stream.normal())
    case .measured(let times): times[stream.index(below: times.count)]
    }
  }
}
