import Generators
import Testing

@testable import QuenchBisect

@Suite struct DeterministicTests {
  @Test(arguments: UInt64(1)...8)
  func everyCulpritIsFound(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 40, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    for candidate in space.candidates {
      let simulation = Simulation(history: history, culprits: ["t": [history.number(candidate)]])
      var search = Bisection(space, tests: ["t"])
      simulation.finish(&search, &generator)
      #expect(search.answer.tests[0].standing == .found(candidate), "seed \(seed)")
      #expect(search.answer.culprits == [.init(revision: candidate, confidence: 1, tests: ["t"])])
      #expect(search.answer.tests[0].candidates.map(\.revision) == [candidate])
      #expect(search.runs <= 2 + space.count)
    }
  }

  @Test func aLinearHistoryTakesTheLogarithmAndTheEnds() throws {
    var generator = SeededGenerator(seed: 1)
    let history = RandomHistory(linear: 129)
    let space = try SearchSpace(history.graph(), bad: "c0128", goods: ["c0000"])
    for culprit in 1...128 {
      var search = Bisection(space, tests: ["t"])
      Simulation(history: history, culprits: ["t": [culprit]]).finish(&search, &generator)
      #expect(search.answer.tests[0].standing == .found(history.id(culprit)))
      #expect(search.runs == 9)
    }
  }

  /// Each choice has the best of git's weights among the candidates that are left.
  @Test(arguments: UInt64(1)...6)
  func eachChoiceIsAsGoodAsThatOfGit(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 70, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    let culprit = Int.random(in: 1...history.last, using: &generator)
    let simulation = Simulation(history: history, culprits: ["t": [culprit]])
    var search = Bisection(space, tests: ["t"])
    for end in search.next(2) { search.report(simulation.run(end, &generator)) }
    var left = Set(space.candidates.map { history.number($0) })
    while let revision = search.next().first {
      let distances = left.map { (commit: $0, reached: history.ancestors(of: $0).intersection(left).count) }
        .map { ($0.commit, min($0.reached, left.count - $0.reached)) }
      let chosen = distances.first { $0.0 == history.number(revision) }?.1
      #expect(chosen == distances.map(\.1).max(), "seed \(seed): \(left.count) left")
      let run = simulation.run(revision, &generator)
      let ancestors = history.ancestors(of: history.number(revision))
      left = run.failed("t") == true ? left.intersection(ancestors) : left.subtracting(ancestors)
      search.report(run)
    }
    #expect(left == [culprit])
  }

  @Test func severalAtOnceCutInEqualParts() throws {
    var generator = SeededGenerator(seed: 1)
    let history = RandomHistory(linear: 256)
    let space = try SearchSpace(history.graph(), bad: "c0255", goods: ["c0000"])
    var search = Bisection(space, tests: ["t"])
    let simulation = Simulation(history: history, culprits: ["t": [97]])
    #expect(search.next(3) == ["c0255", "c0000"])
    for end in search.next(2) { search.report(simulation.run(end, &generator)) }
    let three = search.next(3).map { history.number($0) }
    #expect(three.first == 128 || three.first == 127)
    #expect(three.sorted().elementsEqual([64, 128, 192]) { abs($0 - $1) <= 1 })
    // Those under way count as chosen.
    let running = [history.id(three[0])]
    #expect(search.next(2, running: running).map { history.number($0) } == Array(three.dropFirst()))
    simulation.finish(&search, workers: 3, &generator)
    #expect(search.answer.tests[0].standing == .found("c0097"))
    #expect(search.runs <= 2 + 3 * 5)
  }

  @Test func priorsDrawTheFirstRunToTheSuspect() throws {
    var generator = SeededGenerator(seed: 1)
    let history = RandomHistory(linear: 101)
    let space = try SearchSpace(history.graph(), bad: "c0100", goods: ["c0000"])
    var options = BisectionOptions()
    options.priors = ["c0020": 10_000]
    var search = Bisection(space, tests: ["t"], options: options)
    Simulation(history: history, culprits: ["t": [20]]).finish(&search, &generator)
    #expect(search.answer.tests[0].standing == .found("c0020"))
    #expect(search.runs == 4)
  }

  @Test func whatIsBuiltIsRunFirst() throws {
    var generator = SeededGenerator(seed: 1)
    let history = RandomHistory(linear: 65)
    let space = try SearchSpace(history.graph(), bad: "c0064", goods: ["c0000"])
    var search = Bisection(space, tests: ["t"])
    search.costs = RunCosts(runSeconds: 1, buildSeconds: 60, built: ["c0020", "c0064", "c0000"])
    let simulation = Simulation(history: history, culprits: ["t": [3]])
    for end in search.next(2) { search.report(simulation.run(end, &generator)) }
    #expect(search.next() == ["c0020"])
  }
}
