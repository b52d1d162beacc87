import Generators
import Testing

@testable import QuenchCost

@Suite struct RoutingTests {
  private func sets(_ routing: Routing, _ cold: Int, _ hot: Int, of all: (cold: Int, hot: Int) = (4, 2)) -> String {
    let sets = routing.sets(healthy: (cold, hot), of: all)
    return "\(sets.cold ? "cold" : "")\(sets.hot ? "hot" : "")"
  }

  @Test func aFallbackTakesAll() {
    #expect(sets(.coldFirst, 4, 2) == "cold")
    #expect(sets(.coldFirst, 1, 2) == "cold")
    #expect(sets(.coldFirst, 0, 2) == "hot")
    #expect(sets(.coldFirst, 0, 0) == "cold")
    #expect(sets(.hotFirst, 4, 1) == "hot")
    #expect(sets(.hotFirst, 4, 0) == "cold")
  }

  @Test func aSetThatHasTooFewIsLeftForOneThatHasEnough() {
    let two = Routing(.coldFirst, .fallback(minimumHealthy: 2))
    #expect(sets(two, 2, 2) == "cold")
    #expect(sets(two, 1, 2) == "hot")
    #expect(sets(two, 1, 1) == "cold", "neither has enough, so the preferred one with any")
    #expect(sets(two, 0, 1) == "hot")
    #expect(sets(two, 1, 2, of: (1, 2)) == "cold", "it never has more")
  }

  @Test func aSpillAddsTheOtherSet() {
    let half = Routing.coldFirst(spillingBelow: 0.5)
    #expect(sets(half, 4, 2) == "cold")
    #expect(sets(half, 2, 2) == "cold")
    #expect(sets(half, 1, 2) == "coldhot")
    #expect(sets(half, 0, 2) == "coldhot")
    #expect(sets(.everyInstance, 4, 2) == "coldhot")
    for needed in 1...40 {
      for cold in needed...40 {
        let spill = RedundancyMode.hotWarmSpill.production(needed: needed, cold: cold)
        #expect(sets(spill, needed, 2, of: (cold, 2)) == "cold", "\(needed) of \(cold) are enough")
        #expect(sets(spill, needed - 1, 2, of: (cold, 2)) == "coldhot", "one less than \(needed) of \(cold) is not")
      }
    }
  }

  @Test func modesSayWhereEachClassGoes() {
    #expect(RedundancyMode.hotWarm.production(needed: 3, cold: 4) == Routing(.coldFirst, .fallback(minimumHealthy: 3)))
    #expect(RedundancyMode.hotWarmLast.production(needed: 3, cold: 4) == .coldFirst)
    #expect(RedundancyMode.hotHot.production(needed: 3, cold: 4) == .everyInstance)
    #expect(RedundancyMode.hotWarm.tests == .hotFirst)
    #expect(RedundancyMode.hotHot.tests == .everyInstance)
  }

  /// Whatever is healthy, a request finds a healthy instance if the routing may use one.
  @Test(arguments: UInt64(1)...60)
  func noHealthyInstanceIsOverlooked(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let all = (cold: Int.random(in: 0...5, using: &generator), hot: Int.random(in: 0...5, using: &generator))
    let healthy = (
      cold: Int.random(in: 0...all.cold, using: &generator), hot: Int.random(in: 0...all.hot, using: &generator)
    )
    let sharings: [Routing.Sharing] = [
      .fallback(minimumHealthy: Int.random(in: 1...4, using: &generator)),
      .spill(below: Double.random(in: 0...1, using: &generator)), .together,
    ]
    for sharing in sharings {
      for order in Routing.Order.allCases {
        let sets = Routing(order, sharing).sets(healthy: healthy, of: all)
        let used = sets.count(cold: healthy.cold, hot: healthy.hot)
        #expect((used > 0) == (healthy.cold + healthy.hot > 0), "seed \(seed), \(order), \(sharing)")
      }
    }
  }
}
