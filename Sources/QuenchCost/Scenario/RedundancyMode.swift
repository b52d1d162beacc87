/// How the two sets stand in for each other, for both classes of requests.
public enum RedundancyMode: String, Hashable, Sendable, CaseIterable {
  /// Production goes to cold instances, and to hot ones while fewer cold ones are healthy than are needed.
  case hotWarm = "hot-warm"
  /// The same, but hot ones take part beside the healthy cold ones instead of taking all.
  case hotWarmSpill = "hot-warm, spilling"
  /// Production goes to cold instances, and to hot ones only while no cold one is healthy.
  case hotWarmLast = "hot-warm, last resort"
  /// Both classes go to all instances, always.
  case hotHot = "hot-hot"

  /// Where production's requests go.
  ///
  /// - Parameters:
  ///   - needed: how many instances production needs.
  ///   - cold: how many cold instances there are.
  public func production(needed: Int, cold: Int) -> Routing {
    switch self {
    case .hotWarm: Routing(.coldFirst, .fallback(minimumHealthy: max(1, needed)))
    case .hotWarmSpill: .coldFirst(spillingBelow: cold > 0 ? min(1, Double(needed) / Double(cold)) : 1)
    case .hotWarmLast: .coldFirst
    case .hotHot: .everyInstance
    }
  }

  /// Where tests' requests go.
  public var tests: Routing { self == .hotHot ? .everyInstance : .hotFirst }
}
