/// Chooses the revisions whose runs tell most about the culprits, for each second they take.
///
/// The gain of a run is the mutual information of its outcome and the culprit. Of a deterministic test it is greatest where git's
/// `min(w, N − w)` is. Several revisions are chosen one after the other, each for what it adds to those before it, their
/// outcomes taken as independent given the culprit.
struct Choice {
  /// Tests that know the same.
  struct Subject {
    let posterior: Posterior
    let tests: Int
    let testability: Testability?
  }

  /// The joint outcomes of the revisions chosen so far that are told apart; beyond that the rarest are lumped together.
  private static let outcomesAtMost = 16

  /// One subject while revisions are chosen: by class of the growing partition, but for `lesser`, which is by candidate.
  private struct Outlook {
    let subject: Subject
    var densities: [Double]
    var broken: [Double]
    var sound: [Double]
    /// The probability of each joint outcome so far, by class and where nothing changed.
    var outcomes: [(classes: [Double], unchanged: Double)]
    /// What is not known about an outcome at each candidate once the culprit is known, in bits.
    var lesser: [Double]
    /// The same at a spot before all candidates.
    var lesserBefore: Double
  }

  let space: SearchSpace
  let sums: AncestorSums
  let priors: [Double]
  let costs: RunCosts

  /// Up to `count` spots, best first, to run beside those under way.
  ///
  /// A spot may come twice. `before` is the good end to run again where that tells most.
  func spots(
    _ count: Int, running: [Spot], before: Spot?, partition: Partition, subjects: [Subject]
  ) -> [Spot] {
    var partition = partition
    var outlooks = subjects.map { outlook($0, partition) }
    let seconds = seconds()
    for spot in running { commit(spot, &partition, &outlooks) }
    var chosen: [Spot] = []
    while chosen.count < count, let spot = best(partition, outlooks, seconds, before: before) {
      chosen.append(spot)
      if chosen.count < count { commit(spot, &partition, &outlooks) }
    }
    return chosen
  }

  private func seconds() -> [Double]? {
    guard !costs.built.isEmpty, costs.buildSeconds > 0 else { return nil }
    return (0..<space.count).map { costs.seconds(space.id(of: $0)) }
  }

  private func outlook(_ subject: Subject, _ partition: Partition) -> Outlook {
    let posterior = subject.posterior
    let noise = zip(posterior.broken, posterior.sound).map { (entropy($0), entropy($1)) }
    let ground = zip(posterior.masses, noise).reduce(posterior.unchanged * entropy(posterior.unchangedRate)) {
      $0 + $1.0 * $1.1.1
    }
    let weights = zip(posterior.densities, noise).map { $0 * ($1.0 - $1.1) * posterior.scale }
    let isNoisy = weights.contains { $0 != 0 }
    let lesser = isNoisy ? sums(of: weights, partition).map { ground + $0 } : []
    return Outlook(
      subject: subject, densities: posterior.densities, broken: posterior.broken, sound: posterior.sound,
      outcomes: [([Double](repeating: 1, count: partition.classes.count), 1)], lesser: lesser, lesserBefore: ground)
  }

  private func sums(of weights: [Double], _ partition: Partition) -> [Double] {
    var spread = priors
    for (candidate, number) in partition.numbers.enumerated() { spread[candidate] *= weights[Int(number)] }
    return sums.sums(of: spread)
  }

  private func best(_ partition: Partition, _ outlooks: [Outlook], _ seconds: [Double]?, before: Spot?) -> Spot? {
    var scores = [Double](repeating: 0, count: space.count)
    var scoreBefore = 0.0
    for outlook in outlooks { add(outlook, partition, to: &scores, &scoreBefore) }
    if let seconds { for candidate in scores.indices { scores[candidate] /= seconds[candidate] } }
    var best: Spot?
    var most = 1e-12
    for (candidate, score) in scores.enumerated() where score > most * (1 + 1e-13) {
      best = .candidate(candidate)
      most = score
    }
    if let before, scoreBefore / (seconds == nil ? 1 : costs.runSeconds) > most * (1 + 1e-9) { best = before }
    return best
  }

  /// Adds what a run at each candidate would tell the subject beyond the outcomes so far.
  private func add(_ outlook: Outlook, _ partition: Partition, to scores: inout [Double], _ scoreBefore: inout Double) {
    let posterior = outlook.subject.posterior
    let tests = Double(outlook.subject.tests)
    var gains = [Double](repeating: 0, count: space.count)
    var gainBefore = 0.0
    for outcome in outlook.outcomes {
      var weights = outlook.densities
      var base = posterior.unchanged * outcome.unchanged * posterior.unchangedRate
      var whole = posterior.unchanged * outcome.unchanged
      for index in weights.indices {
        weights[index] *= outcome.classes[index]
        let mass = weights[index] * partition.classes[index].prior * posterior.scale
        whole += mass
        base += mass * outlook.sound[index]
        weights[index] *= outlook.broken[index] - outlook.sound[index]
      }
      guard whole > 0 else { continue }
      let reached = sums(of: weights, partition)
      for candidate in gains.indices {
        let part = min(1, max(0, (base + reached[candidate] * posterior.scale) / whole))
        gains[candidate] += whole * entropy(part)
      }
      gainBefore += whole * entropy(min(1, base / whole))
    }
    for candidate in gains.indices {
      let known = outlook.lesser.isEmpty ? outlook.lesserBefore : outlook.lesser[candidate]
      let chance = outlook.subject.testability?.chances[candidate] ?? 1
      scores[candidate] += tests * chance * max(0, gains[candidate] - known)
    }
    scoreBefore += tests * max(0, gainBefore - outlook.lesserBefore)
  }

  /// Takes a spot as chosen: its outcome becomes one more of what the next choice adds to.
  private func commit(_ spot: Spot, _ partition: inout Partition, _ outlooks: inout [Outlook]) {
    let origins = partition.refine(by: spot, in: space, priors: priors)
    guard let slot = partition.slot(of: spot) else { return }
    for index in outlooks.indices {
      var outlook = outlooks[index]
      outlook.densities = origins.map { outlook.densities[$0] }
      outlook.broken = origins.map { outlook.broken[$0] }
      outlook.sound = origins.map { outlook.sound[$0] }
      let failing = partition.classes.indices.map {
        partition.classes[$0].reached[slot] ? outlook.broken[$0] : outlook.sound[$0]
      }
      let rate = outlook.subject.posterior.unchangedRate
      var outcomes: [(classes: [Double], unchanged: Double)] = []
      for outcome in outlook.outcomes {
        let classes = origins.map { outcome.classes[$0] }
        outcomes.append((zip(classes, failing).map { $0 * $1 }, outcome.unchanged * rate))
        outcomes.append((zip(classes, failing).map { $0 * (1 - $1) }, outcome.unchanged * (1 - rate)))
      }
      outlook.outcomes = lumped(outcomes, outlook, partition)
      outlooks[index] = outlook
    }
  }

  private func lumped(
    _ outcomes: [(classes: [Double], unchanged: Double)], _ outlook: Outlook, _ partition: Partition
  ) -> [(classes: [Double], unchanged: Double)] {
    let posterior = outlook.subject.posterior
    let likely = outcomes.map { outcome in
      let mass = outcome.classes.indices.reduce(posterior.unchanged * outcome.unchanged) {
        $0 + outcome.classes[$1] * outlook.densities[$1] * partition.classes[$1].prior * posterior.scale
      }
      return (outcome: outcome, mass: mass)
    }.filter { $0.mass > 1e-9 }.sorted { $0.mass > $1.mass }
    var kept = likely.prefix(Self.outcomesAtMost).map(\.outcome)
    for (outcome, _) in likely.dropFirst(Self.outcomesAtMost) {
      let last = kept.count - 1
      kept[last] = (zip(kept[last].classes, outcome.classes).map { $0 + $1 }, kept[last].unchanged + outcome.unchanged)
    }
    return kept
  }
}
