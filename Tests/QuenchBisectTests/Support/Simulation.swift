import Generators
import QuenchBisect

/// A history in which commits broke tests, and runs of its revisions.
struct Simulation {
  let history: RandomHistory
  /// The commits that broke each test.
  var culprits: [String: Set<Int>]
  var untestable: Set<Int> = []
  var failRates = (sound: 0.0, broken: 1.0)

  func run(_ revision: String, _ generator: inout SeededGenerator) -> Observation {
    let commit = history.number(revision)
    if untestable.contains(commit) { return Observation(revision, .untestable) }
    let ancestors = history.ancestors(of: commit)
    var passed: [String] = []
    var failed: [String] = []
    for (test, culprits) in culprits.sorted(by: { $0.key < $1.key }) {
      let rate = culprits.isDisjoint(with: ancestors) ? failRates.sound : failRates.broken
      if Double.random(in: 0..<1, using: &generator) < rate { failed.append(test) } else { passed.append(test) }
    }
    return Observation(revision, .ran(passed: passed, failed: failed))
  }

  /// Runs what is asked for, `workers` revisions at once, until nothing more is.
  func finish(_ search: inout Bisection, workers: Int = 1, _ generator: inout SeededGenerator) {
    while search.runs < 1000 {
      let revisions = search.next(workers)
      if revisions.isEmpty { return }
      for revision in revisions { search.report(run(revision, &generator)) }
    }
  }
}
