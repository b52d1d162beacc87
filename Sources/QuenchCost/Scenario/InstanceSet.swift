/// The instances of one set, hot or cold, all alike.
public struct InstanceSet: Hashable, Sendable {
  /// How many there are.
  public var count: Int
  /// How many requests an instance works on at a time.
  public var slots: Int
  /// Seconds from a repair to the next failure; nil where none ever fails.
  public var timeToFailure: Distribution?
  /// Seconds from a failure to the repair.
  public var timeToRepair: Distribution

  /// Describes a set.
  public init(
    _ count: Int, slots: Int = 1, timeToFailure: Distribution? = nil, timeToRepair: Distribution = .constant(0)
  ) {
    self.count = count
    self.slots = slots
    self.timeToFailure = timeToFailure
    self.timeToRepair = timeToRepair
  }

  /// Describes a set whose instances fail and are repaired at random, with these means in seconds.
  public init(_ count: Int, slots: Int = 1, meanTimeToFailure: Double, meanTimeToRepair: Double) {
    self.init(
      count, slots: slots, timeToFailure: .exponential(mean: meanTimeToFailure),
      timeToRepair: .exponential(mean: meanTimeToRepair))
  }

  /// No instances.
  public static let none = InstanceSet(0)

  func check(_ input: String) throws(CostError) {
    try require(count, "\(input).count", .notNegative)
    try require(slots, "\(input).slots", .atLeastOne)
    try require(Double(count) * Double(slots), "\(input).count × \(input).slots", .countable)
    if let timeToFailure {
      try timeToFailure.check("\(input).timeToFailure")
      try require(timeToFailure.mean, "\(input).timeToFailure.mean", .positive)
      try timeToRepair.check("\(input).timeToRepair")
    }
  }
}
