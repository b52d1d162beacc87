import Generators
import Testing

@testable import QuenchCost

@Suite struct PlanTests {
  private func requirements(_ generator: inout SeededGenerator) throws -> Requirements {
    Requirements(
      arrivalRate: Double.random(in: 0...40, using: &generator),
      peakFactor: Double.random(in: 1...3, using: &generator),
      meanService: Double.random(in: 0.01...0.1, using: &generator), slots: Int.random(in: 1...4, using: &generator),
      reliability: try InstanceReliability(
        meanTimeToFailure: Double.random(in: 1e4...1e6, using: &generator),
        meanTimeToRepair: Double.random(in: 10...1e4, using: &generator)),
      detection: Detection(interval: Double.random(in: 0...5, using: &generator)),
      retry: Retry.allCases.randomElement(using: &generator) ?? .never,
      targetAvailability: 1 - Double.random(in: 1e-6...0.1, using: &generator),
      prices: Prices(
        instanceHour: Double.random(in: 0.01...1, using: &generator),
        perSwitch: Bool.random(using: &generator) ? 0 : Double.random(in: 0...5, using: &generator)),
      mostCold: 6, mostHot: 4, leastHot: Int.random(in: 0...1, using: &generator))
  }

  @Test(arguments: UInt64(1)...40)
  func nothingCheaperMeetsTheTarget(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let requirements = try requirements(&generator)
    let plan = try Plan(requirements)
    let good = plan.candidates.filter { 1 - $0.unavailability >= requirements.targetAvailability }
    #expect((plan.choice == nil) == good.isEmpty, "seed \(seed)")
    guard let choice = plan.choice else { return }
    #expect(choice.meets(requirements))
    #expect(good.allSatisfy { $0.costPerDay >= choice.costPerDay }, "seed \(seed)")
    #expect(plan.frontier.contains(choice), "seed \(seed)")
  }

  @Test(arguments: UInt64(1)...20)
  func theFrontierIsWhatNothingBeats(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let plan = try Plan(requirements(&generator))
    func beats(_ one: Plan.Candidate, _ other: Plan.Candidate) -> Bool {
      one.costPerDay <= other.costPerDay && one.unavailability <= other.unavailability
        && (one.costPerDay < other.costPerDay || one.unavailability < other.unavailability)
    }
    let frontier = Set(plan.frontier)
    for candidate in plan.candidates {
      let isBeaten = plan.candidates.contains { beats($0, candidate) }
      let hasTwin = plan.frontier.contains {
        $0.costPerDay == candidate.costPerDay && $0.unavailability == candidate.unavailability
      }
      #expect(frontier.contains(candidate) ? !isBeaten : isBeaten || hasTwin, "seed \(seed)")
    }
    #expect(zip(plan.frontier, plan.frontier.dropFirst()).allSatisfy { $0.unavailability > $1.unavailability })
  }

  @Test(arguments: UInt64(1)...20)
  func figuresAreWithinTheirBounds(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let requirements = try requirements(&generator)
    let plan = try Plan(requirements)
    for candidate in plan.candidates {
      for share in [candidate.shortage, candidate.missed, candidate.broken, candidate.unavailability] {
        #expect((0...1 + 1e-9).contains(share), "seed \(seed), \(candidate)")
      }
      #expect(candidate.switchesPerDay >= 0)
      #expect((0...requirements.arrivalRate * secondsPerDay).contains(candidate.requestsLostPerDay), "seed \(seed)")
      let instances = Double(candidate.instances) * 24 * requirements.prices.instanceHour
      #expect(isClose(candidate.costPerDay, instances + candidate.switchesPerDay * requirements.prices.perSwitch))
      #expect(candidate.hot > 0 || candidate.mode != .hotHot)
    }
    #expect(Set(plan.candidates.map(\.label)).count == plan.candidates.count, "seed \(seed)")
  }

  /// With both sets in use, or with one that helps out, an instance more never makes a shortage likelier.
  @Test(arguments: UInt64(1)...20)
  func moreInstancesNeverLowerAvailability(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let plan = try Plan(requirements(&generator))
    func shortage(_ mode: RedundancyMode, _ cold: Int, _ hot: Int) -> Double? {
      plan.candidates.first { $0.mode == mode && $0.cold == cold && $0.hot == hot }?.shortage
    }
    for candidate in plan.candidates {
      let slack = candidate.shortage * (1 + 1e-9) + 1e-15
      if let more = shortage(candidate.mode, candidate.cold, candidate.hot + 1), candidate.mode != .hotWarmLast {
        #expect(more <= slack, "seed \(seed), \(candidate.label)")
      }
      if candidate.mode == .hotHot, let more = shortage(.hotHot, candidate.cold + 1, candidate.hot) {
        #expect(more <= slack, "seed \(seed), \(candidate.label)")
      }
    }
  }

  @Test func thePeakDecidesHowManyAreNeeded() throws {
    var requirements = try Self.shop()
    #expect(requirements.load == 5)
    #expect(requirements.neededInstances == 2, "ten requests at a time with eight slots, 70 % busy")
    #expect(try Plan(requirements).neededInstances == 2)
    requirements.slots = 1
    #expect(requirements.neededInstances == 15)
    requirements.targetUtilisation = 0.5
    #expect(requirements.neededInstances == 20, "just as many, without one more for rounding")
    requirements.targetUtilisation = 0.95
    #expect(requirements.neededInstances == 11)
    requirements.longestMeanWait = 0.001
    let needed = requirements.neededInstances
    #expect(try #require(requirements.peakQueue(instances: needed)).meanWait <= 0.001)
    #expect(try #require(requirements.peakQueue(instances: needed - 1)).meanWait > 0.001)
    #expect(requirements.peakQueue(instances: 9) == nil)
  }

  @Test func aTargetThatNobodyMeetsHasNoChoice() throws {
    var requirements = try Self.shop()
    requirements.targetAvailability = 1 - 1e-15
    let plan = try Plan(requirements)
    #expect(plan.choice == nil)
    #expect(!plan.frontier.isEmpty)
    requirements.arrivalRate = 1e5
    requirements.mostCold = 3
    let overwhelmed = try Plan(requirements)
    #expect(overwhelmed.candidates.allSatisfy { $0.unavailability > 0.999 })
  }

  @Test func propertiesOutOfRangeAreNamed() throws {
    let shop = try Self.shop()
    func plan(_ change: (inout Requirements) -> Void) throws(CostError) {
      var requirements = shop
      change(&requirements)
      _ = try Plan(requirements)
    }
    #expect(throws: CostError("targetAvailability", 1, .inside)) { try plan { $0.targetAvailability = 1 } }
    #expect(throws: CostError("targetUtilisation", 0, .inside)) { try plan { $0.targetUtilisation = 0 } }
    #expect(throws: CostError("peakFactor", 0.5, .atLeastOne)) { try plan { $0.peakFactor = 0.5 } }
    #expect(throws: CostError("mostCold", 101, .few)) { try plan { $0.mostCold = 101 } }
    #expect(throws: CostError("mostHot − leastHot", -1, .notNegative)) {
      try plan { ($0.leastHot, $0.mostHot) = (2, 1) }
    }
    #expect(throws: CostError("modes.count", 0, .atLeastOne)) { try plan { $0.modes = [] } }
    #expect(throws: CostError.self) { try plan { $0.arrivalRate = 1e30 } }
    #expect(throws: CostError("longestMeanWait", 0, .positive)) { try plan { $0.longestMeanWait = 0 } }
  }

  /// A hundred requests a second on average and twice as many at the peak, which fail once a week for ten minutes.
  static func shop() throws -> Requirements {
    Requirements(
      arrivalRate: 100, peakFactor: 2, meanService: 0.05, slots: 8,
      reliability: try InstanceReliability(meanTimeToFailure: 7 * secondsPerDay, meanTimeToRepair: 600),
      targetAvailability: 0.9999, prices: Prices(instanceHour: 0.05, perSwitch: 0.01))
  }
}
