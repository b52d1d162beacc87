#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What is known about one test's culprit; a function of the test's runs alone.
struct TestSearch: Sendable {
  let assumption: Assumption
  var standing = Standing.open
  /// Spots that must be run before any choice: ends, and runs that contradict each other.
  var needs: [Spot] = []
  /// Nil until the ends are known.
  var posterior: Posterior?
  var conflicts: [Int] = []
  var untestable: Set<Int> = []

  init(_ tally: Tally, isFlaky: Bool, _ context: SearchContext) {
    assumption = isFlaky || tally.disagrees ? .flaky : .deterministic
    let partition = context.partition
    for (slot, spot) in partition.spots.enumerated() where tally[slot].isUntestable {
      if case .candidate(let candidate) = spot { untestable.insert(candidate) }
    }
    guard settleEnds(tally, context) else { return }
    switch assumption {
    case .deterministic:
      let reading = MonotoneReading(tally, partition)
      conflicts = reading.conflicts
      needs = reruns(tally, partition)
      if needs.isEmpty { conclude(Posterior(deterministic: partition, allowed: reading.allowed), 1 - 1e-9, context) }
    case .flaky:
      guard settleMergeBases(tally, context) else { return }
      let posterior = Posterior(flaky: tally, context)
      if posterior.unchanged >= context.options.sufficient {
        self.posterior = posterior
        standing = .refused(.unchanged(rate: posterior.unchangedRate))
      } else {
        conclude(posterior, context.options.sufficient, context)
      }
    }
  }

  /// Whether the ends were run and agree with what they were said to be.
  private mutating func settleEnds(_ tally: Tally, _ context: SearchContext) -> Bool {
    let space = context.space
    let isDeterministic = assumption == .deterministic
    let most = isDeterministic ? 1 + context.options.endReruns : 1
    let bad = Spot.candidate(space.count - 1)
    let atBad = tally[context.partition.slot(of: bad)]
    if atBad.isUntestable {
      standing = .refused(.untestableEnd(space.bad))
      return false
    }
    if atBad.runs == 0 || isDeterministic && atBad.failures == 0 {
      if atBad.runs >= most { standing = .refused(.passesAtBad(space.bad)) } else { needs.append(bad) }
    }
    var sound = 0
    for (number, revision) in context.befores.enumerated() {
      let count = tally[context.partition.slot(of: .before(number))]
      if count.isUntestable { continue }
      sound += 1
      guard count.runs == 0 || isDeterministic && count.failures > 0 else { continue }
      if count.runs < most {
        needs.append(.before(number))
      } else {
        let isBase = number < space.mergeBases.count
        standing = .refused(isBase ? .failsAtMergeBase(revision) : .failsAtGood(revision))
      }
    }
    if sound == 0 { standing = .refused(.untestableEnd(context.befores.last ?? space.bad)) }
    if standing != .open { needs = [] }
    return standing == .open && needs.isEmpty
  }

  /// Failing revisions that contradict passing ones, and those, until each was run twice.
  private func reruns(_ tally: Tally, _ partition: Partition) -> [Spot] {
    var spots: [Spot] = []
    for slot in conflicts {
      if tally[slot].runs < 2 { spots.append(partition.spots[slot]) }
      guard let after = fixes(after: slot, tally, partition).first, tally[after].runs < 2 else { continue }
      if !spots.contains(partition.spots[after]) { spots.append(partition.spots[after]) }
    }
    return spots
  }

  /// Slots of passing revisions that descend from the one of `slot`.
  func fixes(after slot: Int, _ tally: Tally, _ partition: Partition) -> [Int] {
    guard case .candidate(let broken) = partition.spots[slot] else { return [] }
    let number = Int(partition.numbers[broken])
    return partition.spots.indices.filter { other in
      guard case .candidate(let candidate) = partition.spots[other], candidate > broken else { return false }
      return tally[other].runs > 0 && tally[other].failures == 0 && partition.classes[number].reached[other]
    }.sorted { partition.spots[$0].order < partition.spots[$1].order }
  }

  /// Whether no merge base looks broken: by the odds of its runs at the rates that the other runs suggest.
  private mutating func settleMergeBases(_ tally: Tally, _ context: SearchContext) -> Bool {
    let confidence = context.options.confidence
    for number in context.space.mergeBases.indices {
      guard let slot = context.partition.slot(of: .before(number)), tally[slot].failures > 0 else { continue }
      let count = tally[slot]
      let flakes = Posterior(flaky: tally.without(slot), context).flakes
      let odds =
        log(0.05 / 0.95) + Double(count.failures) * log((1 - flakes.falsePass) / flakes.falseFail)
        + Double(count.passes) * log(flakes.falsePass / (1 - flakes.falseFail))
      if odds > log(confidence / (1 - confidence)), count.runs > 2 {
        standing = .refused(.failsAtMergeBase(context.befores[number]))
      } else if odds > 0 {
        needs.append(.before(number))
      }
    }
    return standing == .open && needs.isEmpty
  }

  private mutating func conclude(_ posterior: Posterior, _ confidence: Double, _ context: SearchContext) {
    self.posterior = posterior
    if untestable.isEmpty {
      for (index, group) in context.partition.classes.enumerated() {
        let mass = posterior.densities[index] * posterior.scale * group.heaviestPrior
        if mass >= confidence { standing = .found(context.space.id(of: group.heaviest)) }
      }
      return
    }
    let groups = Inseparable(untestable: untestable, in: context.space).groups
    var masses = [Double](repeating: 0, count: groups.count)
    for (candidate, group) in groups.enumerated() {
      masses[Int(group)] += context.probability(of: candidate, posterior)
    }
    guard let group = masses.firstIndex(where: { $0 >= confidence }) else { return }
    // What is certain not to be the culprit is no part of the answer.
    let members = groups.indices.filter {
      groups[$0] == Int32(group) && context.probability(of: $0, posterior) > 1e-6
    }.map { context.space.id(of: $0) }
    standing = members.count == 1 ? .found(members[0]) : .untestableLeft(members)
  }
}
