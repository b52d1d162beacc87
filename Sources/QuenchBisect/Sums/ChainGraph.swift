/// Candidates with each run of single-parent, single-child commits taken together as one chain.
///
/// Whoever reaches a chain from outside reaches all of it, so what is counted per commit need only be known per chain.
struct ChainGraph: Sendable {
  /// The chain of each candidate.
  ///
  /// Chains are numbered with parents first.
  let chains: [Int32]
  let count: Int
  /// The parents of chain `c` are `parents[parentStarts[c]..<parentStarts[c + 1]]`, in the order of the commit's parents.
  let parentStarts: [Int32]
  let parents: [Int32]

  init(_ space: SearchSpace) {
    var chains = [Int32](repeating: 0, count: space.count)
    var starts: [Int32] = [0]
    var parents: [Int32] = []
    for candidate in 0..<space.count {
      let above = space.parents(of: candidate)
      if above.count == 1, let parent = above.first, space.children(of: Int(parent)).count == 1 {
        chains[candidate] = chains[Int(parent)]
        continue
      }
      chains[candidate] = Int32(starts.count - 1)
      for parent in above { parents.append(chains[Int(parent)]) }
      starts.append(Int32(parents.count))
    }
    self.chains = chains
    count = starts.count - 1
    parentStarts = starts
    self.parents = parents
  }

  func parents(of chain: Int) -> ArraySlice<Int32> {
    parents[Int(parentStarts[chain])..<Int(parentStarts[chain + 1])]
  }
}
