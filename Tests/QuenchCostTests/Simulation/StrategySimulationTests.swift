import Testing

@testable import QuenchCost

/// Which instances do the work, and how often that changes.
@Suite struct StrategySimulationTests {
  private let set = InstanceSet(2, slots: 10, meanTimeToFailure: 80, meanTimeToRepair: 20)

  private func run(_ flows: [Flow], detection: Detection = .instant, seconds: Double, traced: Int = 0)
    throws -> SimulationResult
  {
    let scenario = Scenario(cold: set, hot: set, flows: flows, detection: detection, seconds: seconds, warmUp: 200)
    return try Simulation(scenario, seed: 21).run(traced: traced)
  }

  private func flow(_ routing: Routing, _ rate: Double = 2) -> Flow {
    Flow("production", arrivalRate: rate, service: .exponential(mean: 0.1), routing: routing, neededInstances: 2)
  }

  /// The hot set works while no cold instance is up: 0.2² of the time, and then only if one of its own is.
  @Test func hotInstancesStandInForColdOnes() throws {
    let result = try run([flow(.coldFirst)], seconds: 25_000)
    let load = 2 * 0.1 / 20
    let reached = 1 - 0.2 * 0.2
    expectAgreement(result.cold.utilisation, load * reached, "cold", seed: 21)
    expectAgreement(result.hot.utilisation, load * 0.2 * 0.2 * reached, "hot", seed: 21, sharpness: 0.2)
    let reverse = try run([flow(.hotFirst)], seconds: 5000)
    let (cold, hot) = (try #require(reverse.cold.utilisation), try #require(reverse.hot.utilisation))
    #expect(cold.value < hot.value / 5)
  }

  @Test func hotHotSharesTheWork() throws {
    let result = try run([flow(.everyInstance)], seconds: 10_000)
    let cold = try #require(result.cold.utilisation?.value)
    let hot = try #require(result.hot.utilisation?.value)
    #expect(isClose(cold, hot, within: 0.1), "\(cold) and \(hot)")
  }

  @Test func aSpillUsesBothWhileTheFirstIsShort() throws {
    let spill = try run([flow(.coldFirst(spillingBelow: 1))], seconds: 10_000)
    let fallback = try run([flow(.coldFirst)], seconds: 10_000)
    let hot = try #require(spill.hot.utilisation?.value)
    #expect(hot > 2 * (try #require(fallback.hot.utilisation?.value)))
    #expect(hot < (try #require(spill.cold.utilisation?.value)))
    #expect(spill.flows[0].capacityUnavailability.value < fallback.flows[0].capacityUnavailability.value / 3)
  }

  /// Two needed of two and two, in each mode: shortages and switches are those of the closed forms.
  @Test(arguments: RedundancyMode.allCases)
  func shortagesAndSwitchesAreThoseOfTheStates(mode: RedundancyMode) throws {
    let routing = mode.production(needed: 2, cold: 2)
    let result = try run([flow(routing, 0)], seconds: 200_000).flows[0]
    let reliability = try InstanceReliability(meanTimeToFailure: 80, meanTimeToRepair: 20)
    let states = RouteStates(routing, cold: 2, hot: 2, believed: reliability.availability)
    let short = states.all.reduce(0) { $0 + ($1.used < 2 ? $1.probability : 0) }
    expectAgreement(result.capacityUnavailability, short, "\(mode)", seed: 21)
    let switches = states.switchRate(changes: 1 / reliability.cycle) * secondsPerDay
    expectAgreement(result.switchesPerDay, switches, "switches of \(mode)", seed: 21)
    #expect(result.outages > 100)
  }

  /// While the preferred set flaps, requests stay where they are until it has been well for the hold time.
  @Test func theReturnWaitsForTheHoldTime() throws {
    let hold = 7.0
    let cold = InstanceSet(1, meanTimeToFailure: 30, meanTimeToRepair: 5)
    let routing = Routing(.coldFirst, .fallback(minimumHealthy: 1), hold: hold)
    let scenario = Scenario(
      cold: cold, hot: InstanceSet(1), flows: [Flow("production", arrivalRate: 0, routing: routing)],
      detection: Detection(interval: 0.5), seconds: 20_000)
    let result = try Simulation(scenario, seed: 22).run(traced: .max)
    var isOnHot = false
    var putBack = 0.0
    var returns = 0
    for entry in result.trace {
      switch entry.kind {
      case .putBack: putBack = entry.time
      case .takenOut where !isOnHot: break
      case .switched:
        if isOnHot {
          returns += 1
          #expect(isClose(entry.time, putBack + hold), "a return \(entry.time - putBack) s after it was put back")
        }
        isOnHot.toggle()
      default: break
      }
    }
    #expect(returns > 100)
    #expect(result.trace.count { $0.kind == .putBack } > returns, "some did not last for the hold time")
  }

  /// Tests on hot instances and production on cold ones do not meet while both sets are well.
  @Test func classesKeepToTheirSets() throws {
    let mode = RedundancyMode.hotWarm
    let production = Flow(
      "production", arrivalRate: 1, service: .exponential(mean: 0.5), routing: mode.production(needed: 1, cold: 1))
    let test = Flow("test", arrivalRate: 1.6, service: .exponential(mean: 0.5), routing: mode.tests)
    let scenario = Scenario(
      cold: InstanceSet(1), hot: InstanceSet(1), flows: [production, test], seconds: 20_000, warmUp: 100)
    let result = try Simulation(scenario, seed: 23).run()
    for (name, rate) in [("production", 1.0), ("test", 1.6)] {
      let exact = try MarkovQueue(arrivalRate: rate, meanService: 0.5)
      expectAgreement(result[name]?.response?.mean, exact.meanResponse, name, seed: 23, sharpness: 0.1)
    }
    #expect(result["nobody"] == nil)
    #expect(result.switches == 0)
  }
}
