import NIOCore
import QuenchInstances

/// Decides which tiers of a route are in use, and remembers what it has to for that.
///
/// Going down to the next tier is immediate; coming back waits until the preferred one has been well for the hold time,
/// so that a flapping instance does not make the traffic flap.
struct RouteSelector: Sendable {
  /// The names of the tiers in use, for all requests and for safe ones.
  private var current: (all: String?, safe: String?)
  /// Since when each tier has as many healthy backends as it needs.
  private var metSince: [String: NIODeadline] = [:]
  private var ramp: RouteSelection.Ramp?
  /// When a tier will have been well for long enough to come back to.
  private(set) var nextChange: NIODeadline?

  init() { current = (nil, nil) }

  /// Decides anew.
  ///
  /// - Parameters:
  ///   - usable: the ids of the backends that are active and healthy.
  ///   - active: the ids of the backends that are active.
  ///   - skipsHold: whether a new table makes the preferred tier another, so that nothing is to be waited for.
  mutating func select(
    _ route: Route, usable: Set<String>, active: Set<String>, skipsHold: Bool, now: NIODeadline
  ) -> RouteSelection {
    nextChange = nil
    var met: [Bool] = [], some: [Bool] = []
    for tier in route.tiers {
      let healthy = tier.backends.filter(usable.contains).count
      let isMet = healthy > 0 && healthy >= min(tier.minimumHealthy, tier.backends.filter(active.contains).count)
      met.append(isMet)
      some.append(healthy > 0)
      if isMet { metSince[tier.name] = metSince[tier.name] ?? now } else { metSince[tier.name] = nil }
    }
    let before = current.all.flatMap { name in route.tiers.firstIndex { $0.name == name } }
    let all = choose(route, met, some, current.all, skipsHold, now) { route.tiers[$0].accepts == .all }
    let safe = choose(route, met, some, current.safe, skipsHold, now) { _ in true }
    if let all, let before, all < before, some[before], !skipsHold, route.tiers[all].ramp > .zero {
      ramp = .init(from: before, to: all, start: now, length: route.tiers[all].ramp.timeAmount)
    } else if let ramp, ramp.to != all || ramp.from >= route.tiers.count || ramp.progress(now) >= 1 || skipsHold {
      self.ramp = nil
    }
    current = (all.map { route.tiers[$0].name }, safe.map { route.tiers[$0].name })
    if route.failMode == .open {
      let first = route.tiers.firstIndex { $0.accepts == .all && !$0.backends.filter(active.contains).isEmpty }
      return RouteSelection(all: all ?? first, safe: safe ?? first, ramp: ramp)
    }
    return RouteSelection(all: all, safe: safe, ramp: ramp)
  }

  private mutating func choose(
    _ route: Route, _ met: [Bool], _ some: [Bool], _ currentName: String?, _ skipsHold: Bool, _ now: NIODeadline,
    where isEligible: (Int) -> Bool
  ) -> Int? {
    let eligible = route.tiers.indices.filter(isEligible)
    guard let best = eligible.first(where: { met[$0] }) ?? eligible.first(where: { some[$0] }) else { return nil }
    guard !skipsHold, let present = eligible.first(where: { route.tiers[$0].name == currentName }), best < present,
      met[present], let since = metSince[route.tiers[best].name]
    else { return best }
    let due = since + route.hold.timeAmount
    if due <= now { return best }
    nextChange = nextChange.map { min($0, due) } ?? due
    return present
  }
}
