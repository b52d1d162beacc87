/// What a simulation showed.
public struct SimulationResult: Hashable, Sendable {
  /// The seed that the same is shown for again.
  public let seed: UInt64
  /// The seconds that were measured, in the time of the simulation.
  public let seconds: Double
  /// Each class of requests, in the order of the scenario.
  public let flows: [FlowResult]
  /// The cold set.
  public let cold: SetResult
  /// The hot set.
  public let hot: SetResult
  /// What instances and switches cost in the time that was measured, in the currency of the prices.
  public let cost: Double
  /// Events that were handled, warm-up included.
  public let events: Int
  /// What happened from the beginning on, as much as was asked for.
  public let trace: [TraceEntry]

  /// The class of a name.
  public subscript(name: String) -> FlowResult? { flows.first { $0.name == name } }

  /// Switches of all classes.
  public var switches: Int { flows.reduce(0) { $0 + $1.switches } }

  /// Seconds that there were instances, up or not, added up over all of them.
  public var instanceSeconds: Double { cold.instanceSeconds + hot.instanceSeconds }

  /// The cost a day.
  public var costPerDay: Double { cost / seconds * secondsPerDay }
}

/// What a simulation showed of one set.
public struct SetResult: Hashable, Sendable {
  /// How many instances it has.
  public let instances: Int
  /// The share of its slots that were busy; nil for an empty set.
  public let utilisation: Estimate?
  /// The share of its instances that were up; nil for an empty set.
  public let up: Estimate?
  /// Seconds that there were instances, up or not, added up over all of them.
  public let instanceSeconds: Double
}

/// Seconds in a day.
let secondsPerDay = 86_400.0
