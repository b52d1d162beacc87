#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Plan {
  /// One way to do it: a mode, and how many instances there are of each set.
  public struct Candidate: Hashable, Sendable {
    /// How the sets stand in for each other.
    public let mode: RedundancyMode
    /// Cold instances.
    public let cold: Int
    /// Hot instances.
    public let hot: Int
    /// The share of time in which fewer instances than the peak needs are up and in use.
    public let shortage: Double
    /// The share of requests that, while there are instances enough, are sent to one that is down and to no other that
    /// is up.
    public let missed: Double
    /// The share of requests that are with an instance when it fails and not tried again.
    public let broken: Double
    /// How often a day production's requests begin to go to other instances than before.
    public let switchesPerDay: Double
    /// What instances and switches cost a day, in the currency of the prices.
    public let costPerDay: Double
    /// Requests that are lost a day.
    ///
    /// Those that reach no instance that is up, or break off with one, or are more than the instances that are up can
    /// do on average. Too few instances for the peak alone lose none.
    public let requestsLostPerDay: Double

    /// How many instances there are.
    public var instances: Int { cold + hot }

    /// The share of requests that are not served with instances enough for the peak.
    ///
    /// Kept apart from availability because of its digits: one minus 0.999999999 has few.
    public var unavailability: Double { shortage + missed + broken * (1 - shortage) }

    /// The share of requests that are served with instances enough for the peak.
    public var availability: Double { 1 - unavailability }

    /// How many nines the availability has: 3 for 99.9 %.
    public var nines: Double { -log10(unavailability) }
  }
}

extension Plan.Candidate {
  init(
    _ mode: RedundancyMode, cold: Int, hot: Int, for requirements: Requirements, needing needed: Int,
    _ cycle: InstanceCycle, _ fates: Fates
  ) {
    self.mode = mode
    self.cold = cold
    self.hot = hot
    let routing = mode.production(needed: needed, cold: cold)
    let states = RouteStates(routing, cold: cold, hot: hot, believed: cycle.believed)
    var all = Fates.Fate()
    for state in states.all {
      let fate = fates.fate(state)
      all.shortage += state.probability * fate.shortage
      all.missed += state.probability * fate.missed
      all.lost += state.probability * fate.lost
    }
    shortage = all.shortage
    missed = all.missed
    // Each second of an instance's work is its last with the rate of failures.
    let cut = min(1, requirements.meanService * cycle.failureRate)
    broken = requirements.retry == .all && cold + hot > 1 ? cut * (1 - cycle.upProbability) : cut
    switchesPerDay = states.switchRate(changes: cycle.changeRate) * secondsPerDay
    costPerDay =
      Double(cold + hot) * 24 * requirements.prices.instanceHour + switchesPerDay * requirements.prices.perSwitch
    requestsLostPerDay = requirements.arrivalRate * secondsPerDay * min(1, all.lost + broken * (1 - all.lost))
  }
}
