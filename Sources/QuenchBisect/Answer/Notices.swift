#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Bisection {
  /// What the runs of a test show beside its culprit.
  func notices(_ subject: Subject) -> [Notice] {
    switch subject.search.assumption {
    case .deterministic:
      subject.search.conflicts.map { slot in
        let broken = context.revision(at: context.partition.spots[slot])
        let fix = subject.search.fixes(after: slot, subject.tally, context.partition).first
        return fix.map { .brokenBefore(broken: broken, fixed: context.revision(at: context.partition.spots[$0])) }
          ?? .brokenElsewhere(broken)
      }
    case .flaky: earlierBreak(subject).map { [$0] } ?? []
    }
  }

  /// The stretch from a revision that always fails to a later one that always passes, if the runs of a flaky test are much
  /// better explained by a break and a fix there, before the culprit.
  private func earlierBreak(_ subject: Subject) -> Notice? {
    let partition = context.partition
    let tally = subject.tally
    let spots = partition.spots.indices.sorted { partition.spots[$0].order < partition.spots[$1].order }
    let failing = spots.filter { tally[$0].failures > 1 && tally[$0].passes == 0 }
    let passing = spots.filter { tally[$0].passes > 1 && tally[$0].failures == 0 }
    let monotone = partition.classes.map { evidence(tally) { $1.reached[$0] }($0) }.max() ?? 0
    // Two more places to choose, each among the revisions that were run.
    let penalty = 2 * log(Double(spots.count + 1)) + log(20)
    var best: (notice: Notice, evidence: Double)?
    for broken in failing {
      guard case .candidate(let candidate) = partition.spots[broken] else { continue }
      let since = partition.classes[Int(partition.numbers[candidate])].reached
      for fixed in passing where since[fixed] {
        guard case .candidate(let fix) = partition.spots[fixed] else { continue }
        let undone = partition.classes[Int(partition.numbers[fix])].reached
        let both =
          partition.classes.map { group in
            evidence(tally) { slot, group in group.reached[slot] || since[slot] && !undone[slot] }(group)
          }.max() ?? 0
        if both > monotone + penalty, both > best?.evidence ?? -.infinity {
          best = (
            .brokenBefore(
              broken: context.revision(at: partition.spots[broken]), fixed: context.revision(at: partition.spots[fixed])
            ),
            both
          )
        }
      }
    }
    return best?.notice
  }

  /// The logarithm of the probability of all runs, when the given slots are broken.
  private func evidence(
    _ tally: Tally, _ isBroken: @escaping (Int, Partition.Class) -> Bool
  ) -> (Partition.Class) -> Double {
    { group in
      let reached = tally.counts.indices.map { isBroken($0, group) }
      let (broken, sound) = tally.split(by: reached)
      return FlakeGrid.standard.fit(broken: broken, sound: sound).logEvidence
    }
  }
}
