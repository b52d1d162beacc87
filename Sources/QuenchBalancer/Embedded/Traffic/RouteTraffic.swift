import NIOCore

/// One route as an event loop goes by it.
final class RouteTraffic {
  /// A backend that takes requests of a tier.
  struct Candidate {
    let pool: BackendPool
    let counters: TrafficCounters
    /// When it turned healthy again, if it was not.
    let recovered: NIODeadline?
  }

  /// One tier.
  struct Tier {
    let name: String
    let accepts: QuenchBalancer.Tier.Acceptance
    let ramp: TimeAmount
    /// Those that may be used; of a route that fails open and has none, all that are active.
    let candidates: [Candidate]
    var turn = 0
  }

  /// A backend chosen for a request.
  struct Choice {
    let pool: BackendPool
    let counters: TrafficCounters
    let tier: String
  }

  private var tiers: [Tier]
  private let selection: RouteSelection
  let retryAfter: Int

  init(tiers: [Tier], selection: RouteSelection, retryAfter: Int) {
    self.tiers = tiers
    self.selection = selection
    self.retryAfter = retryAfter
  }

  /// The backend for a request; nil when there is none.
  ///
  /// - Parameters:
  ///   - isSafe: whether the request changes nothing.
  ///   - avoided: the backend that it failed with before, which gets it again only if nobody else can.
  func choose(isSafe: Bool, avoiding avoided: BackendPool?, _ now: NIODeadline, _ random: inout FastRandom) -> Choice? {
    guard var first = isSafe ? selection.safe : selection.all else { return nil }
    if let ramp = selection.ramp, ramp.to == first, accepts(ramp.from, isSafe), random.unit() > ramp.progress(now) {
      first = ramp.from
    }
    if let choice = choose(from: first, avoiding: avoided, sparingSuspects: true, now, &random) { return choice }
    for index in tiers.indices where index != first && accepts(index, isSafe) {
      if let choice = choose(from: index, avoiding: avoided, sparingSuspects: true, now, &random) { return choice }
    }
    return choose(from: first, avoiding: nil, sparingSuspects: false, now, &random)
  }

  private func accepts(_ index: Int, _ isSafe: Bool) -> Bool { isSafe || tiers[index].accepts == .all }

  /// The candidate of a tier with the fewest requests; those that just recovered stand back while they ramp up.
  private func choose(
    from index: Int, avoiding avoided: BackendPool?, sparingSuspects: Bool, _ now: NIODeadline,
    _ random: inout FastRandom
  ) -> Choice? {
    let count = tiers[index].candidates.count
    let start = tiers[index].turn
    var best: Candidate?, standing: Candidate?
    for offset in 0..<count {
      let position = start + offset < count ? start + offset : start + offset - count
      let candidate = tiers[index].candidates[position]
      if candidate.pool === avoided || (sparingSuspects && candidate.pool.suspectUntil > now) { continue }
      if let best, best.pool.inFlight <= candidate.pool.inFlight { continue }
      if let recovered = candidate.recovered, tiers[index].ramp > .zero {
        let share = Double((now - recovered).nanoseconds) / Double(tiers[index].ramp.nanoseconds)
        if share < 1, random.unit() > max(share, 0.05) {
          standing = candidate
          continue
        }
      }
      best = candidate
    }
    if count > 1 { tiers[index].turn = start + 1 < count ? start + 1 : 0 }
    return (best ?? standing).map { Choice(pool: $0.pool, counters: $0.counters, tier: tiers[index].name) }
  }
}

/// One listener as an event loop goes by it; its connections keep it while tables come and go.
final class ListenerTraffic {
  let trafficClass: TrafficClass
  var transport: Listener.Transport
  /// Whether new connections are to speak TLS.
  var isSecure: Bool
  var failedHandshakes = 0
  /// Nil when the listener is no longer in the table.
  var route: RouteTraffic?
  /// The counts of what the balancer itself answered, because nobody was there or gave a proper answer.
  let unserved: TrafficCounters

  init(_ listener: Listener, unserved: TrafficCounters) {
    trafficClass = listener.trafficClass
    transport = listener.transport
    isSecure = listener.certificate != nil
    self.unserved = unserved
  }
}
