/// Candidates that no testable revision can tell apart, because they are ancestors of the same testable ones.
struct Inseparable: Sendable {
  /// A number that inseparable candidates share.
  let groups: [Int32]

  init(untestable: Set<Int>, in space: SearchSpace) {
    var groups = (0..<Int32(space.count)).map { $0 }
    // What an untestable commit reaches is known by the first testable commits on all ways down from it.
    var frontiers: [Int: [Int32]] = [:]
    var known: [[Int32]: Int32] = [:]
    for candidate in untestable.sorted(by: >) {
      let below = space.children(of: candidate).reduce(into: Set<Int32>()) { frontier, child in
        frontier.formUnion(frontiers[Int(child)] ?? [child])
      }
      let frontier = Self.oldest(below, in: space)
      frontiers[candidate] = frontier
      groups[candidate] = frontier.count == 1 ? frontier[0] : known[frontier] ?? Int32(candidate)
      known[frontier] = groups[candidate]
    }
    self.groups = groups
  }

  /// Those that descend from no other of them, sorted.
  private static func oldest(_ commits: Set<Int32>, in space: SearchSpace) -> [Int32] {
    let sorted = commits.sorted()
    guard sorted.count > 1 else { return sorted }
    return sorted.filter { commit in
      let ancestors = space.ancestors(of: Int(commit))
      return !sorted.contains { $0 != commit && ancestors[Int($0)] }
    }
  }
}
