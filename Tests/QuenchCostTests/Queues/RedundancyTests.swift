import Generators
import Testing

@testable import QuenchCost

@Suite struct RedundancyTests {
  /// Two of three with 0.9 each: 0.972, as in any textbook of reliability (Trivedi, §1.12 on triple modular
  /// redundancy).
  @Test func twoOfThree() throws {
    let three = try Redundancy(instances: 3, availability: 0.9)
    #expect(isClose(three.availability(needing: 2), 0.972))
    #expect(isClose(three.unavailability(needing: 1), 0.001))
    #expect(isClose(three.availability(needing: 3), 0.729))
    #expect(three.availability(needing: 0) == 1)
    #expect(three.availability(needing: 4) == 0)
    let reliability = try InstanceReliability(meanTimeToFailure: 900, meanTimeToRepair: 100)
    #expect(isClose(reliability.availability, 0.9))
  }

  @Test(arguments: UInt64(1)...40)
  func probabilitiesAreBinomial(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...20, using: &generator)
    let share = Double.random(in: 0...1, using: &generator)
    let redundancy = try Redundancy(instances: count, availability: share)
    #expect(isClose(redundancy.probabilities.reduce(0, +), 1), "seed \(seed)")
    let mean = redundancy.probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    #expect(isClose(mean, Double(count) * share), "seed \(seed)")
    for needed in 0...count + 1 {
      let both = redundancy.availability(needing: needed) + redundancy.unavailability(needing: needed)
      #expect(isClose(both, 1), "seed \(seed)")
    }
  }

  @Test(arguments: UInt64(1)...40)
  func moreInstancesNeverLowerAvailability(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let share = Double.random(in: 0...1, using: &generator)
    let needed = Int.random(in: 1...6, using: &generator)
    var last = 1.0
    for count in 0...20 {
      let unavailability = try Redundancy(instances: count, availability: share).unavailability(needing: needed)
      #expect(unavailability <= last * (1 + 1e-12), "seed \(seed), \(needed) of \(count)")
      last = unavailability
    }
  }

  @Test func detectionTakesHalfAnIntervalAndTheOthers() {
    #expect(Detection(interval: 2, rise: 2, fall: 3, jitter: 0).meanDetection == 5)
    #expect(Detection(interval: 2, rise: 2, fall: 3, jitter: 0).meanReturn == 3)
    #expect(Detection(interval: 2, transitionInterval: 0.5, rise: 2, fall: 3, jitter: 0).meanDetection == 2)
    #expect(Detection.averaging(7).meanDetection == 7)
    #expect(Detection.instant.meanDetection == 0)
    // E[X²]/(2·E[X]) for X from 1 to 3.
    #expect(isClose(Detection(interval: 2, rise: 1, fall: 1, jitter: 1).meanDetection, 13.0 / 12))
  }

  @Test(arguments: UInt64(1)...4)
  func drawnDetectionTimesHaveThatMean(seed: UInt64) {
    let detection = Detection(interval: 2, transitionInterval: 1, rise: 2, fall: 3, jitter: 0.8)
    var stream = RandomStream(seed: seed, stream: 0)
    let times = (0..<20_000).map { _ in
      detection.drawFirst(&stream) + detection.drawNext(&stream) + detection.drawNext(&stream)
    }
    expectAgreement(Estimate(meanOf: times), detection.meanDetection, "detection", seed: seed)
  }

  @Test func inputsOutOfRangeAreNamed() {
    #expect(throws: CostError("availability", 1.1, .share)) { try Redundancy(instances: 1, availability: 1.1) }
    #expect(throws: CostError("meanTimeToFailure", 0, .positive)) {
      try InstanceReliability(meanTimeToFailure: 0, meanTimeToRepair: 1)
    }
    #expect(throws: CostError("detection.fall", 0, .atLeastOne)) { try Detection(fall: 0).check() }
    #expect(throws: CostError("detection.jitter", 2, .share)) { try Detection(jitter: 2).check() }
    #expect(throws: CostError("detection.interval", -1, .notNegative)) { try Detection(interval: -1).check() }
  }
}
