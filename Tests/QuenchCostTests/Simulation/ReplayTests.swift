import Generators
import Testing

@testable import QuenchCost

@Suite struct ReplayTests {
  private func scenario(_ generator: inout SeededGenerator) -> Scenario {
    func set(_ least: Int) -> InstanceSet {
      InstanceSet(
        Int.random(in: least...3, using: &generator), slots: Int.random(in: 1...3, using: &generator),
        meanTimeToFailure: Double.random(in: 20...200, using: &generator),
        meanTimeToRepair: Double.random(in: 1...40, using: &generator))
    }
    func routing() -> Routing {
      let sharings: [Routing.Sharing] = [.fallback(minimumHealthy: 2), .spill(below: 0.6), .together]
      return Routing(
        Routing.Order.allCases.randomElement(using: &generator) ?? .coldFirst,
        sharings.randomElement(using: &generator) ?? .together, hold: Double.random(in: 0...5, using: &generator))
    }
    let places = Bool.random(using: &generator) ? nil : Int.random(in: 0...5, using: &generator)
    return Scenario(
      cold: set(1), hot: set(0),
      flows: [
        Flow("production", arrivalRate: 2, service: .exponential(mean: 0.7), routing: routing()),
        Flow("test", arrivalRate: 1, service: .logNormal(median: 0.3, sigma: 1), routing: routing()),
      ],
      detection: Bool.random(using: &generator) ? .instant : Detection(interval: 1, jitter: 0.3),
      retry: Retry.allCases.randomElement(using: &generator) ?? .never,
      waiting: Bool.random(using: &generator) ? .atBalancer(places: places) : .atInstance(places: places),
      choosing: Choosing.allCases.randomElement(using: &generator) ?? .inTurn,
      prices: Prices(instanceHour: 3.6, perSwitch: 0.5), seconds: 400)
  }

  @Test(arguments: UInt64(1)...25)
  func oneSeedHasOneTrace(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let scenario = scenario(&generator)
    let simulation = try Simulation(scenario, seed: seed)
    let result = simulation.run(traced: .max)
    #expect(result == simulation.run(traced: .max), "seed \(seed)")
    #expect(result.trace.prefix(100).elementsEqual(simulation.run(traced: 100).trace))
    let other = try Simulation(scenario, seed: seed + 1).run(traced: .max)
    #expect(result.trace != other.trace, "seed \(seed)")
  }

  /// Every request that came was answered, lost, or is still there; and everything happens in order.
  @Test(arguments: UInt64(1)...25)
  func noRequestIsForgotten(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let scenario = scenario(&generator)
    let result = try Simulation(scenario, seed: seed).run(traced: .max)
    let counts = Dictionary(result.trace.map { ($0.kind, 1) }, uniquingKeysWith: +)
    let came = counts[.arrived, default: 0]
    let served = result.flows.reduce(0) { $0 + $1.served }
    let lost = result.flows.reduce(0) { $0 + $1.lost.total }
    #expect(served == counts[.served, default: 0], "seed \(seed)")
    #expect(lost == counts[.lost, default: 0], "seed \(seed)")
    #expect(served + lost <= came, "seed \(seed)")
    #expect(counts[.begun, default: 0] >= served)
    #expect(zip(result.trace, result.trace.dropFirst()).allSatisfy { $0.time <= $1.time }, "seed \(seed)")
    #expect(result.switches == counts[.switched, default: 0])
    // With an instance at a time, and with a line that ends, nearly all are through.
    if case .some(0...) = [scenario.waiting.places].first(where: { $0 < 10 }) {
      #expect(came - served - lost <= 100, "seed \(seed)")
    }
    let instances = Double(scenario.cold.count + scenario.hot.count)
    #expect(isClose(result.instanceSeconds, instances * 400))
    #expect(isClose(result.cost, instances * 0.4 + Double(result.switches) * 0.5))
    #expect(isClose(result.costPerDay, result.cost * 216))
    for flow in result.flows {
      #expect((0...1).contains(flow.timeUnavailability.value), "seed \(seed)")
      #expect(flow.capacityUnavailability.value >= flow.timeUnavailability.value - 1e-12, "seed \(seed)")
    }
    for share in [result.cold.utilisation, result.cold.up, result.hot.utilisation, result.hot.up].compactMap({
      $0?.value
    }) {
      #expect((-1e-9...1 + 1e-9).contains(share), "seed \(seed)")
    }
  }

  /// One instance more leaves arrivals, services and the others' failures as they were.
  @Test func chanceIsTheSameInScenariosThatDiffer() throws {
    func trace(_ hot: Int) throws -> [TraceEntry] {
      let scenario = Scenario(
        cold: InstanceSet(2, meanTimeToFailure: 50, meanTimeToRepair: 10),
        hot: InstanceSet(hot, meanTimeToFailure: 50, meanTimeToRepair: 10),
        flows: [Flow("production", arrivalRate: 1)], seconds: 500)
      return try Simulation(scenario, seed: 4).run(traced: .max).trace
    }
    func kept(_ trace: [TraceEntry]) -> [TraceEntry] {
      trace.filter { $0.kind == .arrived || ($0.kind == .failed && $0.subject < 2) }
    }
    #expect(kept(try trace(0)) == kept(try trace(3)))
    #expect(try trace(0) != trace(3))
  }

  @Test func propertiesOutOfRangeAreNamed() {
    func check(_ change: (inout Scenario) -> Void) throws(CostError) {
      var scenario = Scenario(cold: InstanceSet(1), flows: [Flow("production", arrivalRate: 1)], seconds: 1)
      change(&scenario)
      _ = try Simulation(scenario, seed: 1)
    }
    #expect(throws: CostError("cold.count + hot.count", 0, .atLeastOne)) { try check { $0.cold.count = 0 } }
    #expect(throws: CostError("cold.slots", 0, .atLeastOne)) { try check { $0.cold.slots = 0 } }
    #expect(throws: CostError("cold.count × cold.slots", 2e6, .countable)) { try check { $0.cold.slots = 2_000_000 } }
    #expect(throws: CostError("hot.count", -1, .notNegative)) { try check { $0.hot.count = -1 } }
    #expect(throws: CostError("hot.timeToRepair.mean", 0, .positive)) {
      try check { $0.hot = InstanceSet(1, meanTimeToFailure: 1, meanTimeToRepair: 0) }
    }
    #expect(throws: CostError("flows.count", 0, .atLeastOne)) { try check { $0.flows = [] } }
    #expect(throws: CostError("production.arrivalRate", -1, .notNegative)) {
      try check { $0.flows[0].arrivalRate = -1 }
    }
    #expect(throws: CostError("production.routing.hold", -1, .notNegative)) {
      try check { $0.flows[0].routing.hold = -1 }
    }
    #expect(throws: CostError("production.neededInstances", 0, .atLeastOne)) {
      try check { $0.flows[0].neededInstances = 0 }
    }
    #expect(throws: CostError("waiting.places", -1, .notNegative)) {
      try check { $0.waiting = .atInstance(places: -1) }
    }
    #expect(throws: CostError("prices.perSwitch", -1, .notNegative)) { try check { $0.prices.perSwitch = -1 } }
    #expect(throws: CostError("seconds", 0, .positive)) { try check { $0.seconds = 0 } }
    #expect(throws: CostError("warmUp", -1, .notNegative)) { try check { $0.warmUp = -1 } }
  }
}
