/// How often a test errs, as far as its runs tell.
public struct FlakeRates: Hashable, Sendable, Codable {
  /// The rate at which it fails though nothing is broken.
  public let falseFail: Double
  /// The rate at which it passes though the culprit is there.
  public let falsePass: Double

  /// Says how often a test errs.
  public init(falseFail: Double, falsePass: Double) {
    self.falseFail = falseFail
    self.falsePass = falsePass
  }
}
