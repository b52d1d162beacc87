/// Which classes the runs of a deterministic test allow.
///
/// A history may be broken, fixed and broken again. Then no single commit explains all runs, and the search is for the last
/// break: passing revisions count all, failing ones from the newest on as long as a culprit is left.
struct MonotoneReading: Sendable {
  let allowed: [Bool]
  /// The slots of failing revisions that were set aside, the newest first.
  let conflicts: [Int]

  init(_ tally: Tally, _ partition: Partition) {
    var allowed = partition.classes.map { _ in true }
    var failing: [(candidate: Int, slot: Int)] = []
    for (slot, spot) in partition.spots.enumerated() {
      guard case .candidate(let candidate) = spot else { continue }
      if tally[slot].failures > 0 {
        failing.append((candidate, slot))
      } else if tally[slot].runs > 0 {
        for (index, group) in partition.classes.enumerated() where group.reached[slot] { allowed[index] = false }
      }
    }
    var conflicts: [Int] = []
    for (_, slot) in failing.sorted(by: { $0.candidate > $1.candidate }) {
      let narrower = zip(allowed, partition.classes).map { $0 && $1.reached[slot] }
      if narrower.contains(true) { allowed = narrower } else { conflicts.append(slot) }
    }
    self.allowed = allowed
    self.conflicts = conflicts
  }
}
