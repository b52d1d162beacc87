/// One class of requests in a simulation: where its requests go at this time.
struct FlowState: Sendable {
  /// The sets in use.
  var sets: SetsInUse
  /// The instances that take its requests, in their order.
  var route: [Int] = []
  /// Since when the preferred set would be used without the hold time.
  var preferredSince: Double?
  /// The requests that wait at the balancer.
  var line = RequestLine()
  /// Where the next search for an instance begins.
  var turn = 0
  var arrivals: RandomStream
  var service: RandomStream

  init(_ flow: Flow, number: Int, seed: UInt64) {
    sets = SetsInUse(only: flow.routing.order)
    arrivals = RandomStream(seed: seed, stream: 2 * number)
    service = RandomStream(seed: seed, stream: 2 * number + 1)
  }

  /// Decides which sets to use, and answers when to look again.
  ///
  /// Going to the other set is immediate; coming back waits until the preferred one has been well for the hold time, as
  /// long as what is in use has healthy instances.
  mutating func choose(_ routing: Routing, healthy: (cold: Int, hot: Int), all: (cold: Int, hot: Int), _ now: Double)
    -> Double?
  {
    let wanted = routing.sets(healthy: healthy, of: all)
    guard wanted == SetsInUse(only: routing.order), routing.sharing != .together else {
      preferredSince = nil
      sets = wanted
      return nil
    }
    let since = preferredSince ?? now
    preferredSince = since
    guard sets != wanted, now < since + routing.hold, isUsable(routing, healthy, all) else {
      sets = wanted
      return nil
    }
    return since + routing.hold
  }

  private func isUsable(_ routing: Routing, _ healthy: (cold: Int, hot: Int), _ all: (cold: Int, hot: Int)) -> Bool {
    let count = sets.count(cold: healthy.cold, hot: healthy.hot)
    guard case .fallback(let minimum) = routing.sharing else { return count > 0 }
    return count > 0 && count >= min(minimum, sets.count(cold: all.cold, hot: all.hot))
  }

  func uses(_ instance: InstanceState) -> Bool {
    instance.isBelieved && (instance.isHot ? sets.hot : sets.cold)
  }
}
