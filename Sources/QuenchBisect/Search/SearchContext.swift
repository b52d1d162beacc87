/// What the searches for all tests share.
struct SearchContext: Sendable {
  let space: SearchSpace
  let options: BisectionOptions
  /// The relative prior of each candidate.
  let priors: [Double]
  /// Spots before all candidates, by number: the merge bases, then the good ends.
  let befores: [String]
  var partition: Partition

  init(_ space: SearchSpace, _ options: BisectionOptions) {
    self.space = space
    self.options = options
    let listed = options.priors
    priors =
      listed.isEmpty
      ? [Double](repeating: 1, count: space.count) : space.candidates.map { max(1e-9, listed[$0] ?? 1) }
    befores = space.mergeBases + space.goods
    partition = Partition(priors: priors)
  }

  func spot(of revision: String) -> Spot? {
    if let candidate = space.candidate(revision) { return .candidate(candidate) }
    return befores.firstIndex(of: revision).map { .before($0) }
  }

  func revision(at spot: Spot) -> String {
    switch spot {
    case .candidate(let candidate): space.id(of: candidate)
    case .before(let number): befores[number]
    }
  }

  func probability(of candidate: Int, _ posterior: Posterior) -> Double {
    // Rounding may take a sum of shares past the whole.
    min(1, posterior.densities[Int(partition.numbers[candidate])] * posterior.scale * priors[candidate])
  }
}
