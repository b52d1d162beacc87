/// The cheapest redundancy design that does what is required, among all modes and counts that may be used.
///
/// Everything is computed by closed forms: how many instances the peak needs by M/M/c, how often so many are up by the
/// binomial distribution (k-out-of-n), and what is lost until a failure is found out. `verify` holds that against a
/// simulation.
public struct Plan: Hashable, Sendable {
  /// What is required.
  public let requirements: Requirements
  /// How many instances the peak needs: the k of k-out-of-n.
  public let neededInstances: Int
  /// All ways to do it, the cheapest first; of equally dear ones the most available, then those with fewer instances.
  public let candidates: [Candidate]
  /// The candidates than which none is both cheaper and more available, the cheapest first.
  public let frontier: [Candidate]
  /// The cheapest candidate that meets the target; nil where none does.
  public let choice: Candidate?

  /// Weighs all candidates.
  ///
  /// - Throws: `CostError`, naming the first property of the requirements that is out of its range.
  public init(_ requirements: Requirements) throws(CostError) {
    try requirements.check()
    self.requirements = requirements
    let needed = requirements.neededInstances
    neededInstances = needed
    let mostCold = requirements.mostCold ?? min(Requirements.mostInstances, needed + Requirements.spareInstances)
    let mostHot = requirements.mostHot ?? max(requirements.leastHot, mostCold)
    let cycle = InstanceCycle(requirements.reliability, requirements.detection)
    let fates = Fates(requirements, cycle, needing: needed, most: mostCold + mostHot)
    // Without hot instances all modes are the same, and none is hot-hot.
    let withoutHot = requirements.modes.first { $0 != .hotHot }
    var candidates: [Candidate] = []
    for mode in requirements.modes {
      for cold in 1...mostCold {
        for hot in requirements.leastHot...mostHot where hot > 0 || mode == withoutHot {
          candidates.append(Candidate(mode, cold: cold, hot: hot, for: requirements, needing: needed, cycle, fates))
        }
      }
    }
    candidates.sort { $0.isBefore($1) }
    self.candidates = candidates
    var frontier: [Candidate] = []
    for candidate in candidates {
      if let last = frontier.last, candidate.unavailability >= last.unavailability { continue }
      frontier.append(candidate)
    }
    self.frontier = frontier
    choice = frontier.first { $0.meets(requirements) }
  }

  /// The queue at the peak with just as many instances as it needs; nil where even they cannot do it.
  public var peakQueue: MarkovQueue? { requirements.peakQueue(instances: neededInstances) }
}

extension Plan.Candidate {
  /// Whether its availability is the target or more.
  public func meets(_ requirements: Requirements) -> Bool {
    unavailability <= 1 - requirements.targetAvailability
  }

  fileprivate func isBefore(_ other: Plan.Candidate) -> Bool {
    let mine = (costPerDay, unavailability, instances, hot)
    let others = (other.costPerDay, other.unavailability, other.instances, other.hot)
    if mine != others { return mine < others }
    return mode.order < other.mode.order
  }
}

extension RedundancyMode {
  /// Its place among the modes, the simpler ones first.
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
