import Testing

@testable import QuenchCost

/// The simulator without failures, against the formulas of queueing theory.
@Suite struct QueueSimulationTests {
  private func run(
    arrivalRate: Double, service: Distribution, servers: Int, places: Int? = nil, arrivals: Double, seed: UInt64
  ) throws -> SimulationResult {
    let seconds = arrivals / arrivalRate
    let scenario = Scenario(
      cold: InstanceSet(servers), flows: [Flow("production", arrivalRate: arrivalRate, service: service)],
      waiting: .atBalancer(places: places), seconds: seconds, warmUp: seconds / 50)
    return try Simulation(scenario, seed: seed).run()
  }

  @Test(arguments: [(0.6, 1), (2.6, 4)], [UInt64(1), 2])
  func waitsAreThoseOfErlangC(queue: (arrivalRate: Double, servers: Int), seed: UInt64) throws {
    let exact = try MarkovQueue(arrivalRate: queue.arrivalRate, meanService: 1, servers: queue.servers)
    let result = try run(
      arrivalRate: queue.arrivalRate, service: .exponential(mean: 1), servers: queue.servers, arrivals: 60_000,
      seed: seed)
    let flow = result.flows[0]
    expectAgreement(flow.wait?.mean, exact.meanWait, "wait", seed: seed, sharpness: 0.08)
    expectAgreement(flow.response?.mean, exact.meanResponse, "response", seed: seed)
    expectAgreement(result.cold.utilisation, exact.utilisation, "utilisation", seed: seed)
    let response = try #require(flow.response)
    let wait = try #require(flow.wait)
    #expect(isClose(response.p50, exact.responseQuantile(0.5), within: 0.03), "seed \(seed)")
    #expect(isClose(response.p99, exact.responseQuantile(0.99), within: 0.1), "seed \(seed)")
    #expect(isClose(wait.p99, exact.waitQuantile(0.99), within: 0.15), "seed \(seed)")
    #expect(flow.lost.total == 0)
    #expect(flow.requestAvailability?.value == 1)
  }

  @Test(arguments: [UInt64(1), 2])
  func lossesAreThoseOfErlangB(seed: UInt64) throws {
    let exact = try LossSystem(arrivalRate: 3, meanService: 1, servers: 4)
    let result = try run(
      arrivalRate: 3, service: .exponential(mean: 1), servers: 4, places: 0, arrivals: 40_000, seed: seed)
    let flow = result.flows[0]
    expectAgreement(flow.requestAvailability?.complement, exact.blocking, "blocking", seed: seed)
    expectAgreement(result.cold.utilisation, exact.utilisation, "utilisation", seed: seed)
    #expect(flow.lost.full == flow.lost.total)
    #expect(flow.wait?.p99 == 0)
  }

  /// Erlang B holds whatever the distribution of service times is.
  @Test func lossesDependOnTheMeanServiceAlone() throws {
    let exact = try LossSystem(arrivalRate: 3, meanService: 1, servers: 4)
    let service = Distribution.uniform(from: 0, to: 2)
    let result = try run(arrivalRate: 3, service: service, servers: 4, places: 0, arrivals: 40_000, seed: 3)
    expectAgreement(result.flows[0].requestAvailability?.complement, exact.blocking, "blocking", seed: 3)
  }

  @Test func waitsForAnyServiceTimesAreThoseOfPollaczekAndKhinchine() throws {
    let service = Distribution.constant(1)
    let exact = try GeneralQueue(arrivalRate: 0.6, service: service)
    let result = try run(arrivalRate: 0.6, service: service, servers: 1, arrivals: 60_000, seed: 4)
    expectAgreement(result.flows[0].wait?.mean, exact.meanWait, "wait", seed: 4)
  }

  /// One line and as many servers make one queue, whether they are instances or slots of one.
  @Test func slotsAreServers() throws {
    func scenario(_ set: InstanceSet) -> Scenario {
      Scenario(cold: set, flows: [Flow("production", arrivalRate: 2.5)], seconds: 4000)
    }
    let instances = try Simulation(scenario(InstanceSet(3)), seed: 5).run().flows[0]
    let slots = try Simulation(scenario(InstanceSet(1, slots: 3)), seed: 5).run().flows[0]
    #expect(instances == slots)
  }

  /// In lines of their own requests wait longer than in one, and less where each joins the shortest.
  @Test func oneLineIsBestAndTheShortestIsNext() throws {
    func wait(_ waiting: Waiting, _ choosing: Choosing) throws -> Double {
      let scenario = Scenario(
        cold: InstanceSet(3), flows: [Flow("production", arrivalRate: 2.4)], waiting: waiting, choosing: choosing,
        seconds: 12_000, warmUp: 200)
      return try Simulation(scenario, seed: 6).run().flows[0].wait?.mean.value ?? .nan
    }
    let one = try wait(.atBalancer(places: nil), .inTurn)
    let shortest = try wait(.atInstance(places: nil), .fewestRequests)
    let inTurn = try wait(.atInstance(places: nil), .inTurn)
    #expect(one < shortest)
    #expect(shortest < inTurn)
  }

  // MARK: The checks can fail

  @Test(arguments: [0.95, 1.05])
  func aWrongServiceTimeIsNoticed(mean: Double) throws {
    let exact = try MarkovQueue(arrivalRate: 2.6, meanService: 1, servers: 4)
    let result = try run(arrivalRate: 2.6, service: .exponential(mean: mean), servers: 4, arrivals: 60_000, seed: 1)
    let response = try #require(result.flows[0].response?.mean)
    #expect(response.deviations(from: exact.meanResponse) > 4)
    #expect(try #require(result.cold.utilisation).deviations(from: exact.utilisation) > 4)
  }

  @Test func aServerMoreOrAnotherDistributionIsNoticed() throws {
    let exact = try LossSystem(arrivalRate: 3, meanService: 1, servers: 4)
    let more = try run(
      arrivalRate: 3, service: .exponential(mean: 1), servers: 5, places: 0, arrivals: 40_000, seed: 1)
    let blocking = try #require(more.flows[0].requestAvailability).complement
    #expect(blocking.deviations(from: exact.blocking) > 4)
    let single = try MarkovQueue(arrivalRate: 0.6, meanService: 1)
    let constant = try run(arrivalRate: 0.6, service: .constant(1), servers: 1, arrivals: 20_000, seed: 1)
    #expect(try #require(constant.flows[0].wait?.mean).deviations(from: single.meanWait) > 4)
  }
}
