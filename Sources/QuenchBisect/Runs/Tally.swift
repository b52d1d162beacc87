/// How often a test ran and failed at each spot, by the slots of a partition.
struct Tally: Hashable, Sendable {
  struct Count: Hashable, Sendable {
    var runs = 0
    var failures = 0
    /// Whether a run at the spot gave no result for the test.
    var wasSilent = false

    var passes: Int { runs - failures }
    var isUntestable: Bool { wasSilent && runs == 0 }
  }

  private(set) var counts: [Count] = []

  /// The count of a slot; nothing for one that was not run.
  subscript(slot: Int?) -> Count {
    guard let slot, slot < counts.count else { return Count() }
    return counts[slot]
  }

  mutating func add(failed: Bool?, at slot: Int) {
    while counts.count <= slot { counts.append(Count()) }
    if let failed {
      counts[slot].runs += 1
      if failed { counts[slot].failures += 1 }
    } else {
      counts[slot].wasSilent = true
    }
  }

  /// The same without the runs at a slot.
  func without(_ slot: Int) -> Tally {
    var rest = self
    if slot < rest.counts.count { rest.counts[slot] = Count() }
    return rest
  }

  /// Whether runs of one revision disagreed, which no deterministic test does.
  var disagrees: Bool { counts.contains { $0.failures > 0 && $0.passes > 0 } }

  /// Runs and failures where a culprit of the class makes the spot broken, and elsewhere.
  func split(by reached: [Bool]) -> (broken: Count, sound: Count) {
    var broken = Count()
    var sound = Count()
    for (slot, count) in counts.enumerated() {
      if reached[slot] {
        broken.runs += count.runs
        broken.failures += count.failures
      } else {
        sound.runs += count.runs
        sound.failures += count.failures
      }
    }
    return (broken, sound)
  }
}
