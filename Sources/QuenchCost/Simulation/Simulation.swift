/// A discrete-event simulation of a redundancy design: requests come at random, instances fail and are repaired, checks
/// find that out, and the balancer sends requests where they are to go.
///
/// All follows from the scenario and the seed: the same two give the same result, event by event, on the same platform.
///
///     let result = try Simulation(scenario, seed: 1).run()
///     print(result["production"]?.requestAvailability)
public struct Simulation: Hashable, Sendable {
  /// What is simulated.
  public let scenario: Scenario
  /// What chance is drawn from.
  public let seed: UInt64

  /// Checks the scenario.
  ///
  /// - Throws: `CostError`, naming the first property that is out of its range.
  public init(_ scenario: Scenario, seed: UInt64) throws(CostError) {
    try scenario.check()
    self.scenario = scenario
    self.seed = seed
  }

  /// Simulates from the beginning to the end.
  ///
  /// - Parameter traced: how many entries of the trace are wanted; it begins with the warm-up.
  public func run(traced: Int = 0) -> SimulationResult {
    var run = SimulationRun(self, traced: traced)
    run.toEnd()
    return run.result
  }
}
