/// For each candidate, the exact sum of a weight over itself and the candidates that are its ancestors.
///
/// A commit with one parent adds its own weight to its parent's sum; a merge adds what its further parents bring.
struct AncestorSums: Sendable {
  private let graph: ChainGraph
  private let differences: MergeDifferences

  init(_ space: SearchSpace, keptAtMost limit: Int = MergeDifferences.keptAtMost) {
    graph = ChainGraph(space)
    differences = MergeDifferences(graph, keptAtMost: limit)
  }

  func sums(of weights: [Double]) -> [Double] {
    var totals = [Double](repeating: 0, count: graph.count)
    for (candidate, chain) in graph.chains.enumerated() { totals[Int(chain)] += weights[candidate] }
    // What stands before a chain's first commit, then running along the chain.
    var running = [Double](repeating: 0, count: graph.count)
    differences.add(totals, to: &running)
    for chain in 0..<graph.count {
      guard let first = graph.parents(of: chain).first else { continue }
      running[chain] += running[Int(first)] + totals[Int(first)]
    }
    var sums = weights
    for (candidate, chain) in graph.chains.enumerated() {
      running[Int(chain)] += weights[candidate]
      sums[candidate] = running[Int(chain)]
    }
    return sums
  }
}

extension SearchSpace {
  /// How many candidates each candidate reaches, itself included: git's weight, in the order of `candidates`.
  public func weights() -> [Int] {
    AncestorSums(self).sums(of: [Double](repeating: 1, count: count)).map { Int($0) }
  }
}
