import Testing

@testable import QuenchCost

@Suite struct VerificationTests {
  @Test func theChoiceIsAsTheSimulationSays() throws {
    let plan = try Plan(PlanTests.shop())
    let choice = try #require(plan.choice)
    let verification = try plan.verify(choice, seed: 1, failures: 20_000, arrivals: 60_000)
    #expect(verification.agrees(), "\(verification)")
    #expect(verification.peakWait != nil)
    #expect(try plan.verify(choice, seed: 1, failures: 100, arrivals: 0).peakWait == nil)
  }

  /// Failures so frequent that each mode's shortages are seen, and checks so slow that most of them are of detection.
  @Test(arguments: RedundancyMode.allCases)
  func closedFormsHoldInEachMode(mode: RedundancyMode) throws {
    let seed: UInt64 = 2
    let requirements = try Self.frail(repair: 120)
    let plan = try Plan(requirements)
    let candidate = try #require(plan.candidates.first { $0.mode == mode && $0.cold == 3 && $0.hot == 2 })
    let verification = try plan.verify(candidate, seed: seed, failures: 20_000, arrivals: 0)
    let unavailability = verification.unavailability
    expectAgreement(
      unavailability.simulated, unavailability.predicted, "\(mode)", seed: seed, sharpness: 0.2)
    expectAgreement(
      verification.switchesPerDay.simulated, verification.switchesPerDay.predicted, "switches of \(mode)", seed: seed)
  }

  @Test func aPlanForOtherFailuresIsNotConfirmed() throws {
    let plan = try Plan(Self.frail(repair: 120))
    let other = try Plan(Self.frail(repair: 180))
    func candidate(_ plan: Plan) throws -> Plan.Candidate {
      try #require(plan.candidates.first { $0.mode == .hotHot && $0.cold == 3 && $0.hot == 1 })
    }
    #expect(try plan.verify(candidate(plan), seed: 3, failures: 12_000, arrivals: 0).agrees())
    #expect(try !plan.verify(candidate(other), seed: 3, failures: 12_000, arrivals: 0).agrees())
  }

  /// The candidate's lost requests, with requests that are really sent.
  @Test(arguments: [Retry.never, .refused])
  func lostRequestsAreAsManyAsForeseen(retry: Retry) throws {
    var requirements = try Self.frail(repair: 120)
    (requirements.retry, requirements.arrivalRate) = (retry, 0.25)
    let plan = try Plan(requirements)
    let candidate = try #require(plan.candidates.first { $0.mode == .hotWarmLast && $0.cold == 2 && $0.hot == 1 })
    let scenario = plan.scenario(of: candidate, seconds: 400_000, arrivalRate: requirements.arrivalRate)
    let flow = try Simulation(scenario, seed: 4).run().flows[0]
    let lost = try #require(flow.requestAvailability).complement
    let predicted = candidate.requestsLostPerDay / secondsPerDay / requirements.arrivalRate
    expectAgreement(lost, predicted, "lost", seed: 4, sharpness: 0.25)
  }

  static func frail(repair: Double) throws -> Requirements {
    Requirements(
      arrivalRate: 1.5, meanService: 0.1, slots: 4,
      reliability: try InstanceReliability(meanTimeToFailure: 800, meanTimeToRepair: repair),
      detection: Detection(interval: 4), targetAvailability: 0.99, targetUtilisation: 0.02,
      prices: Prices(instanceHour: 1), mostCold: 4, mostHot: 3)
  }
}
