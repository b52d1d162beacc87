#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the runs of one test say about its culprit, class by class of a partition.
struct Posterior: Sendable {
  /// The probability of each class, that of its candidates together; with `unchanged` they sum to one.
  var masses: [Double]
  /// The probability of a class over its prior, but for `scale`.
  var densities: [Double]
  /// Makes densities probabilities.
  ///
  /// Kept apart so that a deterministic test's sums are of whole numbers, hence exact.
  var scale: Double
  /// The chance that a run fails from the culprit on, given that it is of this class, and elsewhere.
  var broken: [Double]
  var sound: [Double]
  /// The probability that no candidate changed anything, and the fail rate then.
  var unchanged: Double
  var unchangedRate: Double

  /// The expected fail rates over all classes.
  var flakes: FlakeRates {
    let total = masses.reduce(0, +)
    guard total > 0 else { return FlakeRates(falseFail: unchangedRate, falsePass: 1 - unchangedRate) }
    let fail = zip(masses, sound).reduce(0) { $0 + $1.0 * $1.1 } / total
    let pass = zip(masses, broken).reduce(0) { $0 + $1.0 * (1 - $1.1) } / total
    return FlakeRates(falseFail: fail, falsePass: pass)
  }

  /// Of a test that never errs: the classes that all runs allow, or those of `classes` that a caller has found consistent.
  init(deterministic partition: Partition, allowed: [Bool]) {
    densities = allowed.map { $0 ? 1 : 0 }
    let total = zip(partition.classes, allowed).reduce(0) { $0 + ($1.1 ? $1.0.prior : 0) }
    scale = total > 0 ? 1 / total : 0
    masses = zip(partition.classes, allowed).map { $1 && total > 0 ? $0.prior / total : 0 }
    broken = allowed.map { _ in 1 }
    sound = allowed.map { _ in 0 }
    unchanged = 0
    unchangedRate = 0
  }

  /// Of a flaky test whose rates are not known.
  init(flaky tally: Tally, _ context: SearchContext) {
    let (partition, unchangedPrior, grid) = (context.partition, context.options.unchangedPrior, FlakeGrid.standard)
    let priors = partition.classes.map(\.prior)
    let total = priors.reduce(0, +)
    let fits = partition.classes.map { group in
      let (broken, sound) = tally.split(by: group.reached)
      return grid.fit(broken: broken, sound: sound)
    }
    let all = tally.split(by: [Bool](repeating: true, count: tally.counts.count)).broken
    let none = grid.fit(unchanged: all)
    let most = max(none.logEvidence, fits.map(\.logEvidence).max() ?? none.logEvidence)
    densities = fits.map { exp($0.logEvidence - most) * (1 - unchangedPrior) / total }
    let unchanged = exp(none.logEvidence - most) * unchangedPrior
    let evidence = zip(densities, priors).reduce(unchanged) { $0 + $1.0 * $1.1 }
    scale = 1 / evidence
    masses = zip(densities, priors).map { $0 * $1 / evidence }
    broken = fits.map(\.broken)
    sound = fits.map(\.sound)
    self.unchanged = unchanged / evidence
    unchangedRate = none.broken
  }
}
