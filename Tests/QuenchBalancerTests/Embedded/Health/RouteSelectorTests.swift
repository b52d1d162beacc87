import Generators
import NIOCore
import Testing

@testable import QuenchBalancer

@Suite struct RouteSelectorTests {
  private static func route(hold: Duration = .seconds(5), ramp: Duration = .zero) -> Route {
    Route(
      id: "r",
      tiers: [
        Tier(name: "cold", backends: ["c1", "c2"], ramp: ramp), Tier(name: "hot", backends: ["h1"], accepts: .safe),
        Tier(name: "spare", backends: ["s1"]),
      ], hold: hold)
  }

  private static func at(_ seconds: Int64) -> NIODeadline {
    .uptimeNanoseconds(UInt64(1_000_000_000 * (1000 + seconds)))
  }

  private func select(
    _ selector: inout RouteSelector, _ route: Route, _ usable: Set<String>, _ seconds: Int64, skipsHold: Bool = false
  ) -> RouteSelection {
    selector.select(
      route, usable: usable, active: ["c1", "c2", "h1", "s1"], skipsHold: skipsHold, now: Self.at(seconds))
  }

  @Test func downAtOnceAndBackAfterTheHoldTime() {
    var selector = RouteSelector()
    let route = Self.route(), all: Set = ["c1", "c2", "h1", "s1"], lower: Set = ["h1", "s1"]
    #expect(select(&selector, route, all, 0) == RouteSelection(all: 0, safe: 0))
    #expect(select(&selector, route, lower, 1) == RouteSelection(all: 2, safe: 1))
    #expect(select(&selector, route, all, 2) == RouteSelection(all: 2, safe: 1))
    #expect(selector.nextChange == Self.at(7))
    #expect(select(&selector, route, lower, 4) == RouteSelection(all: 2, safe: 1), "it flaps")
    #expect(select(&selector, route, all, 5) == RouteSelection(all: 2, safe: 1))
    #expect(select(&selector, route, all, 9) == RouteSelection(all: 2, safe: 1))
    #expect(select(&selector, route, all, 10) == RouteSelection(all: 0, safe: 0))
    #expect(selector.nextChange == nil)
  }

  @Test func aNewSetIsNotWaitedFor() {
    var selector = RouteSelector()
    let route = Self.route()
    #expect(select(&selector, route, ["h1"], 0) == RouteSelection(all: nil, safe: 1))
    #expect(select(&selector, route, ["c1", "h1"], 1, skipsHold: true) == RouteSelection(all: 0, safe: 0))
  }

  @Test func aReturnIsRampedUp() throws {
    var selector = RouteSelector()
    let route = Self.route(hold: .zero, ramp: .seconds(10))
    _ = select(&selector, route, ["s1"], 0)
    let back = select(&selector, route, ["c1", "s1"], 1)
    let ramp = try #require(back.ramp)
    #expect(back.all == 0 && ramp.from == 2 && ramp.to == 0)
    #expect(ramp.progress(Self.at(6)) == 0.5)
    #expect(select(&selector, route, ["c1", "s1"], 12).ramp == nil)
  }

  /// Whatever comes and goes: no tier is used that nobody is healthy in while another has somebody.
  @Test func whoeverIsThereIsUsed() {
    var generator = SeededGenerator(seed: 31)
    var selector = RouteSelector()
    let route = Self.route(hold: .seconds(3))
    let tiers = route.tiers.map { Set($0.backends) }
    for second in 0..<5000 {
      let usable = Set(["c1", "c2", "h1", "s1"].filter { _ in Bool.random(using: &generator) })
      let selection = select(&selector, route, usable, Int64(second))
      if let all = selection.all {
        #expect(route.tiers[all].accepts == .all && !tiers[all].isDisjoint(with: usable))
      } else {
        #expect(tiers[0].isDisjoint(with: usable) && tiers[2].isDisjoint(with: usable))
      }
      #expect((selection.safe == nil) == usable.isEmpty)
      if let safe = selection.safe { #expect(!tiers[safe].isDisjoint(with: usable)) }
    }
  }
}
