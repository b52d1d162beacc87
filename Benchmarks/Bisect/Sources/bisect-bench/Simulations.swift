import Foundation
import QuenchBisect

/// Searches for a culprit at a random commit of 128, many times over, beside the same with other means.
struct Simulations {
  /// One kind of test, and what is to be reached with it.
  struct Kind {
    let name: String
    let assumption: Assumption
    let rates: (sound: Double, broken: Double)
    let accuracy: Double
    let runs: Double
  }

  static let kinds = [
    Kind(name: "deterministic", assumption: .deterministic, rates: (0, 1), accuracy: 1, runs: 9.5),
    Kind(name: "0-1", assumption: .flaky, rates: (0, 1), accuracy: 0.99, runs: 15),
    Kind(name: "0.1-0.9", assumption: .flaky, rates: (0.1, 0.9), accuracy: 0.99, runs: 28),
    Kind(name: "0.2-0.8", assumption: .flaky, rates: (0.2, 0.8), accuracy: 0.98, runs: 60),
    Kind(name: "0-0.5", assumption: .flaky, rates: (0, 0.5), accuracy: 0.98, runs: 52),
  ]

  let trials: Int
  let seed: UInt64
  private var said = 0
  private var saidRight = 0

  init(trials: Int, seed: UInt64) {
    self.trials = trials
    self.seed = seed
  }

  mutating func rows() throws -> [Row] {
    var rows: [Row] = []
    for (number, kind) in Self.kinds.enumerated() {
      var generator = SeededGenerator(seed: seed + UInt64(number))
      let linear = try search(kind, Histories.linear(129), histories: 1, &generator)
      let peers = peers(kind, commits: 128, &generator)
      rows += [
        .atMost("bisect-runs-\(kind.name)", linear.runs, kind.runs, "\(text(linear)) / \(kind.runs) runs (\(peers))"),
        .atLeast("bisect-accuracy-\(kind.name)", linear.right, kind.accuracy, "\(text(linear)) / \(kind.accuracy)"),
      ]
      let branched = try search(kind, nil, histories: 20, &generator)
      rows += [
        .atMost("bisect-runs-\(kind.name)-branched", branched.runs, kind.runs, "\(text(branched)) / \(kind.runs) runs"),
        .atLeast(
          "bisect-accuracy-\(kind.name)-branched", branched.right, kind.accuracy, "\(text(branched)) / \(kind.accuracy)"
        ),
      ]
    }
    let calibration = Double(saidRight) / Double(said)
    rows.append(
      .atLeast(
        "bisect-calibration", calibration, 0.985,
        "of \(said) answers given with 99 %, \(saidRight) were right: \(percent(calibration)) / 98.5 %"))
    return rows
  }

  private mutating func search(
    _ kind: Kind, _ parents: [[Int]]?, histories: Int, _ generator: inout SeededGenerator
  ) throws -> (right: Double, runs: Double) {
    var (right, runs) = (0, 0)
    var options = BisectionOptions()
    options.assumption = kind.assumption
    for _ in 0..<histories {
      let history = parents ?? Histories.branched(129, open: 6, &generator)
      let space = try Histories.space(history)
      let ancestors = reaches(history)
      let start = Bisection(space, tests: ["test"], options: options)
      for _ in 0..<trials / histories {
        let culprit = Int.random(in: 1..<history.count, using: &generator)
        var search = start
        while search.runs < 2000, let revision = search.next().first {
          let isBroken = ancestors[Int(revision) ?? 0].contains(culprit)
          let rate = isBroken ? kind.rates.broken : kind.rates.sound
          let fails = Double.random(in: 0..<1, using: &generator) < rate
          search.report(Observation(revision, .ran(passed: fails ? [] : ["test"], failed: fails ? ["test"] : [])))
        }
        runs += search.runs
        guard case .found(let revision) = search.answer.tests.first?.standing else { continue }
        let isRight = Int(revision) == culprit
        if isRight { right += 1 }
        guard kind.assumption == .flaky else { continue }
        said += 1
        if isRight { saidRight += 1 }
      }
    }
    let total = Double(trials / histories * histories)
    return (Double(right) / total, Double(runs) / total)
  }

  /// For each commit, itself and its ancestors.
  private func reaches(_ parents: [[Int]]) -> [Set<Int>] {
    var reaches: [Set<Int>] = []
    for (commit, parents) in parents.enumerated() {
      reaches.append(parents.reduce(into: [commit]) { $0.formUnion(reaches[$1]) })
    }
    return reaches
  }

  private func peers(_ kind: Kind, commits: Int, _ generator: inout SeededGenerator) -> String {
    let peers: [(String, (Int, (Int) -> Bool) -> Peers.Outcome)] = [
      ("plain", Peers.plain), ("majority of 5", Peers.majorityOfFive),
      ("beta posterior", { Peers.betaPosterior($0, $1) }),
    ]
    return peers.map { name, peer in
      var (right, runs) = (0, 0)
      for _ in 0..<trials {
        let culprit = Int.random(in: 1...commits, using: &generator)
        let outcome = peer(commits) { commit in
          Double.random(in: 0..<1, using: &generator) < (commit >= culprit ? kind.rates.broken : kind.rates.sound)
        }
        if outcome.culprit == culprit { right += 1 }
        runs += outcome.runs
      }
      return "\(name) \(text((Double(right) / Double(trials), Double(runs) / Double(trials))))"
    }.joined(separator: ", ")
  }

  private func text(_ figures: (right: Double, runs: Double)) -> String {
    "\(percent(figures.right)) right in \(String(format: "%.1f", figures.runs))"
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
