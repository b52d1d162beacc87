import Testing

@testable import QuenchCost

/// The simulator with failures: how often enough instances are up, and what is lost until a failure is found out.
@Suite struct FailureSimulationTests {
  /// Failures alone, of so many instances in one set.
  private func run(
    _ count: Int, needed: Int, timeToFailure: Distribution, timeToRepair: Distribution, detection: Detection = .instant,
    retry: Retry = .never, seconds: Double, seed: UInt64
  ) throws -> SimulationResult {
    let set = InstanceSet(count, timeToFailure: timeToFailure, timeToRepair: timeToRepair)
    let flow = Flow("production", arrivalRate: 0, neededInstances: needed)
    let scenario = Scenario(
      cold: set, flows: [flow], detection: detection, retry: retry, seconds: seconds, warmUp: seconds / 50)
    return try Simulation(scenario, seed: seed).run()
  }

  @Test(arguments: [(1, 1), (3, 2), (4, 2)], [UInt64(1), 2])
  func enoughAreUpAsOftenAsTheBinomialDistributionSays(counts: (all: Int, needed: Int), seed: UInt64) throws {
    let reliability = try InstanceReliability(meanTimeToFailure: 80, meanTimeToRepair: 20)
    let exact = try Redundancy(instances: counts.all, availability: reliability.availability)
    let result = try run(
      counts.all, needed: counts.needed, timeToFailure: .exponential(mean: 80), timeToRepair: .exponential(mean: 20),
      seconds: 300_000, seed: seed)
    let flow = result.flows[0]
    expectAgreement(
      flow.capacityUnavailability, exact.unavailability(needing: counts.needed), "\(counts)", seed: seed,
      sharpness: 0.1)
    expectAgreement(
      flow.timeUnavailability, exact.unavailability(needing: 1), "none up", seed: seed, sharpness: 0.25)
    expectAgreement(result.cold.up, reliability.availability, "up", seed: seed)
    #expect(flow.capacityAvailability.value == 1 - flow.capacityUnavailability.value)
  }

  /// In the long run, only the means count.
  @Test func timesOfAnyDistributionGiveTheSame() throws {
    let repair = Distribution.uniform(from: 10, to: 30)
    let failure = Distribution.weibull(shape: 1.5, scale: 90)
    let exact = try Redundancy(instances: 3, availability: failure.mean / (failure.mean + repair.mean))
    let result = try run(
      3, needed: 2, timeToFailure: failure, timeToRepair: repair, seconds: 200_000, seed: 3)
    expectAgreement(
      result.flows[0].capacityUnavailability, exact.unavailability(needing: 2), "two of three", seed: 3)
  }

  @Test func aWrongRepairTimeIsNoticed() throws {
    let exact = try Redundancy(instances: 3, availability: 0.8)
    let result = try run(
      3, needed: 2, timeToFailure: .exponential(mean: 80), timeToRepair: .exponential(mean: 24), seconds: 200_000,
      seed: 1)
    let measured = result.flows[0].capacityUnavailability
    #expect(measured.deviations(from: exact.unavailability(needing: 2)) > 4)
  }

  @Test(arguments: [UInt64(1), 2])
  func aFailureIsFoundOutAfterTheMeanDetectionTime(seed: UInt64) throws {
    let detection = Detection(interval: 2, rise: 2, fall: 3, jitter: 0.5)
    let set = InstanceSet(1, timeToFailure: .constant(1000), timeToRepair: .constant(100))
    let scenario = Scenario(
      cold: set, flows: [Flow("production", arrivalRate: 0)], detection: detection, seconds: 2_000_000)
    let trace = try Simulation(scenario, seed: seed).run(traced: .max).trace
    func delays(_ first: TraceEntry.Kind, _ second: TraceEntry.Kind) -> [Double] {
      zip(trace.filter { $0.kind == first }, trace.filter { $0.kind == second }).map { $1.time - $0.time }
    }
    let found = delays(.failed, .takenOut)
    #expect(found.allSatisfy { $0 > 3 && $0 < 7.5 })
    expectAgreement(Estimate(meanOf: found), detection.meanDetection, "detection", seed: seed)
    expectAgreement(Estimate(meanOf: delays(.repaired, .putBack)), detection.meanReturn, "return", seed: seed)
  }

  /// What the closed form of one instance says of its time: used, failed and not found out, and neither.
  @Test(arguments: [UInt64(1), 2])
  func timeIsLostUntilFailuresAreFoundOut(seed: UInt64) throws {
    let detection = Detection(interval: 2, rise: 2, fall: 3, jitter: 0.1)
    let reliability = try InstanceReliability(meanTimeToFailure: 300, meanTimeToRepair: 40)
    let cycle = InstanceCycle(reliability, detection)
    let result = try run(
      1, needed: 1, timeToFailure: .exponential(mean: 300), timeToRepair: .exponential(mean: 40), detection: detection,
      seconds: 5_000_000, seed: seed)
    let flow = result.flows[0]
    expectAgreement(flow.timeAvailability, cycle.serving, "serving", seed: seed)
    expectAgreement(flow.switchesPerDay, 2 * cycle.changeRate * secondsPerDay, "switches", seed: seed)
    let known = InstanceCycle(reliability, .instant)
    #expect(flow.timeAvailability.deviations(from: known.serving) > 4, "detection takes time, which is noticed")
  }

  /// A request with an instance is broken off if the instance fails before it is done: both without memory.
  @Test func requestsBreakOffWithTheirInstance() throws {
    let set = InstanceSet(1, slots: 50, meanTimeToFailure: 40, meanTimeToRepair: 4)
    let scenario = Scenario(cold: set, flows: [Flow("production", arrivalRate: 4)], seconds: 15_000)
    let flow = try Simulation(scenario, seed: 7).run().flows[0]
    let share = Double(flow.lost.broken) / Double(flow.lost.broken + flow.served)
    #expect(isClose(share, 1.0 / 41, within: 0.2), "\(share)")
    #expect(flow.lost.refused == 0)
    #expect(flow.lost.unavailable > 0)
    #expect(flow.lost.full == 0)
  }

  /// What requests meet is what a request at a random time would meet (Wolff, "Poisson arrivals see time averages",
  /// 1982).
  @Test(arguments: Retry.allCases)
  func requestsAreLostAsOftenAsTimeIs(retry: Retry) throws {
    let set = InstanceSet(2, slots: 20, meanTimeToFailure: 200, meanTimeToRepair: 60)
    let scenario = Scenario(
      cold: set, flows: [Flow("production", arrivalRate: 1, service: .constant(0.001))],
      detection: Detection(interval: 4, fall: 3), retry: retry, seconds: 40_000)
    let flow = try Simulation(scenario, seed: 8).run().flows[0]
    let lost = try #require(flow.requestAvailability).complement
    expectAgreement(lost, flow.timeUnavailability.value, "lost, retrying \(retry)", seed: 8, sharpness: 0.15)
  }

  @Test func aRetrySavesWhatWasRefused() throws {
    func losses(_ retry: Retry) throws -> Losses {
      let set = InstanceSet(2, slots: 20, meanTimeToFailure: 300, meanTimeToRepair: 30)
      let scenario = Scenario(
        cold: set, hot: set, flows: [Flow("production", arrivalRate: 3, service: .exponential(mean: 0.5))],
        detection: Detection(interval: 2), retry: retry, seconds: 10_000)
      return try Simulation(scenario, seed: 9).run().flows[0].lost
    }
    let never = try losses(.never)
    let refused = try losses(.refused)
    let all = try losses(.all)
    #expect(never.refused > 100)
    #expect(never.broken > 10)
    #expect(refused.refused * 5 < never.refused)
    #expect(refused.broken > 10)
    #expect(all.broken * 5 < refused.broken)
  }
}
