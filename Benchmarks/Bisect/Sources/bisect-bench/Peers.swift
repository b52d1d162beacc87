import Foundation

/// Searches of a linear history of commits 1…n by other means, for comparison; `fails` runs one of them.
enum Peers {
  /// What a search came to.
  ///
  /// Both ends count as run once.
  typealias Outcome = (culprit: Int, runs: Int)

  static func plain(_ commits: Int, _ fails: (Int) -> Bool) -> Outcome {
    halving(commits, runs: 1, fails)
  }

  static func majorityOfFive(_ commits: Int, _ fails: (Int) -> Bool) -> Outcome {
    halving(commits, runs: 5, fails)
  }

  private static func halving(_ commits: Int, runs: Int, _ fails: (Int) -> Bool) -> Outcome {
    var sound = 0
    var broken = commits
    var total = 2
    while broken - sound > 1 {
      let middle = (sound + broken) / 2
      let failures = (0..<runs).count { _ in fails(middle) }
      total += runs
      if failures * 2 > runs { broken = middle } else { sound = middle }
    }
    return (broken, total)
  }

  /// A posterior with independent Beta(½, ½) rates on both sides, asked for the run of the greatest gain, until one commit has
  /// `confidence`.
  static func betaPosterior(_ commits: Int, confidence: Double = 0.99, _ fails: (Int) -> Bool) -> Outcome {
    var runs = [Double](repeating: 0, count: commits + 1)
    var failures = runs
    func run(_ commit: Int) {
      runs[commit] += 1
      if fails(commit) { failures[commit] += 1 }
    }
    func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
    func entropy(_ p: Double) -> Double { p <= 0 || p >= 1 ? 0 : -p * log2(p) - (1 - p) * log2(1 - p) }
    run(commits)
    run(0)
    var total = 2
    while true {
      let (allRuns, allFailures) = (runs.reduce(0, +), failures.reduce(0, +))
      var (soundRuns, soundFailures) = (0.0, 0.0)
      var logs: [Double] = []
      var rates: [(broken: Double, sound: Double)] = []
      for culprit in 1...commits {
        soundRuns += runs[culprit - 1]
        soundFailures += failures[culprit - 1]
        let (brokenRuns, brokenFailures) = (allRuns - soundRuns, allFailures - soundFailures)
        logs.append(
          logBeta(0.5 + brokenFailures, 0.5 + brokenRuns - brokenFailures)
            + logBeta(0.5 + soundFailures, 0.5 + soundRuns - soundFailures))
        rates.append(((0.5 + brokenFailures) / (1 + brokenRuns), (0.5 + soundFailures) / (1 + soundRuns)))
      }
      let most = logs.max() ?? 0
      var posterior = logs.map { exp($0 - most) }
      let sum = posterior.reduce(0, +)
      for index in posterior.indices { posterior[index] /= sum }
      if let best = posterior.firstIndex(where: { $0 >= confidence }) { return (best + 1, total) }
      if total >= 1000 { return (0, total) }
      var mean = zip(posterior, rates).reduce(0) { $0 + $1.0 * $1.1.sound }
      var known = zip(posterior, rates).reduce(0) { $0 + $1.0 * entropy($1.1.sound) }
      var (choice, gain) = (1, -1.0)
      for commit in 1...commits {
        let (probability, rate) = (posterior[commit - 1], rates[commit - 1])
        mean += probability * (rate.broken - rate.sound)
        known += probability * (entropy(rate.broken) - entropy(rate.sound))
        if entropy(mean) - known > gain { (choice, gain) = (commit, entropy(mean) - known) }
      }
      run(choice)
      total += 1
    }
  }
}
