/// What instances and switches cost, in any one currency.
public struct Prices: Hashable, Sendable {
  /// For an instance for an hour, whether it is up or not.
  public var instanceHour: Double
  /// For a switch.
  public var perSwitch: Double

  /// Says what they cost.
  public init(instanceHour: Double = 0, perSwitch: Double = 0) {
    self.instanceHour = instanceHour
    self.perSwitch = perSwitch
  }

  func check() throws(CostError) {
    try require(instanceHour, "prices.instanceHour", .notNegative)
    try require(perSwitch, "prices.perSwitch", .notNegative)
  }
}
