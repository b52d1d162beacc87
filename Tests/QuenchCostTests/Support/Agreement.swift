import QuenchCost
import Testing

/// Holds a simulated figure against an exact one: no more than four standard errors apart, which are small themselves.
///
/// With 30 batches, a right figure is further off one time in about two thousand; with its seed fixed, never or always.
/// - Parameter sharpness: what part of the exact figure a standard error may be, so that the check can fail.
func expectAgreement(
  _ estimate: Estimate?, _ exact: Double, _ what: String, seed: UInt64, sharpness: Double = 0.05,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let estimate else {
    Issue.record("no \(what) with seed \(seed)", sourceLocation: sourceLocation)
    return
  }
  let figures = "\(what) \(estimate.value) ± \(estimate.standardError), exactly \(exact), seed \(seed)"
  #expect(estimate.deviations(from: exact) <= 4, "\(figures)", sourceLocation: sourceLocation)
  #expect(estimate.standardError <= sharpness * abs(exact), "\(figures)", sourceLocation: sourceLocation)
}

/// Whether two numbers are the same but for rounding.
func isClose(_ left: Double, _ right: Double, within part: Double = 1e-9) -> Bool {
  left == right || abs(left - right) <= part * max(abs(left), abs(right))
}
