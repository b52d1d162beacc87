/// What becomes of requests, by how many instances are in use: the same for all candidates of a plan.
struct Fates: Sendable {
  struct Fate: Hashable, Sendable {
    /// The probability that fewer instances are up than the peak needs.
    var shortage = 0.0
    /// The probability that a request is lost although there are instances enough.
    var missed = 0.0
    /// The probability that a request is lost, also because those that are up cannot do the average load.
    var lost = 0.0
  }

  private let alone: [Fate]
  private let spared: [Fate]

  /// - Parameter most: the most instances that can be in use.
  init(_ requirements: Requirements, _ cycle: InstanceCycle, needing needed: Int, most: Int) {
    let load = requirements.load / Double(requirements.slots)
    let reach = Reach(isRetried: requirements.retry != .never, upProbability: cycle.upProbability)
    var fates: [[Fate]] = [[], []]
    for used in 0...most {
      let ups = Redundancy(unchecked: used, reach.upProbability).probabilities
      for spare in 0...1 {
        var fate = Fate()
        for (up, probability) in ups.enumerated() {
          let miss = reach.missProbability(used: used, up: up, spare: spare)
          let done = load > 0 ? min(1, Double(up) / load) : 1
          if up < needed { fate.shortage += probability } else { fate.missed += probability * miss }
          fate.lost += probability * (miss + (1 - miss) * (1 - done))
        }
        fates[spare].append(fate)
      }
    }
    (alone, spared) = (fates[0], fates[1])
  }

  func fate(_ state: RouteStates.State) -> Fate { state.spare > 0 ? spared[state.used] : alone[state.used] }
}
