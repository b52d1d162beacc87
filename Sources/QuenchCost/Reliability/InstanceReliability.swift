/// How often an instance is up that fails and is repaired by itself, whatever the others do.
public struct InstanceReliability: Hashable, Sendable {
  /// The mean time from a repair to the next failure, in seconds (MTTF; called MTBF where repairs are left out of it).
  public let meanTimeToFailure: Double
  /// The mean time from a failure to the repair (MTTR), in seconds.
  public let meanTimeToRepair: Double

  /// Checks the inputs.
  ///
  /// - Throws: `CostError`, naming the first that is out of its range.
  public init(meanTimeToFailure: Double, meanTimeToRepair: Double) throws(CostError) {
    try require(meanTimeToFailure, "meanTimeToFailure", .positive)
    try require(meanTimeToRepair, "meanTimeToRepair", .notNegative)
    self.meanTimeToFailure = meanTimeToFailure
    self.meanTimeToRepair = meanTimeToRepair
  }

  /// The mean time from one failure to the next, in seconds.
  public var cycle: Double { meanTimeToFailure + meanTimeToRepair }

  /// MTTF/(MTTF + MTTR): the share of time in which it is up (Trivedi, *Probability and Statistics with Reliability,
  /// Queuing and Computer Science Applications*, 2nd edition, §6.6).
  public var availability: Double { meanTimeToFailure / cycle }
}
