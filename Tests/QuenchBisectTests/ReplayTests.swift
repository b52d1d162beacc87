import Foundation
import Generators
import Testing

@testable import QuenchBisect

@Suite struct ReplayTests {
  /// A search with three tests of different kinds, part of the way.
  func search(seed: UInt64, runs: Int) throws -> (space: SearchSpace, options: BisectionOptions, search: Bisection) {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 60, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    var options = BisectionOptions()
    options.flakyTests = ["b"]
    let numbers = space.candidates.map { history.number($0) }
    var simulation = Simulation(history: history, culprits: [:])
    for test in ["a", "b", "c"] { simulation.culprits[test] = Set(numbers.shuffled(using: &generator).prefix(1)) }
    simulation.failRates = (0.1, 0.9)
    simulation.untestable = Set(numbers.dropLast().shuffled(using: &generator).prefix(10))
    var search = Bisection(space, tests: ["a", "b", "c"], options: options)
    while search.runs < runs, let revision = search.next().first {
      search.report(simulation.run(revision, &generator))
    }
    return (space, options, search)
  }

  func expectEqual(_ left: Bisection, _ right: Bisection, _ comment: Comment) {
    for test in ["a", "b", "c"] {
      #expect(left.probabilities(of: test) == right.probabilities(of: test), comment)
    }
    #expect(left.answer.tests.map(\.standing) == right.answer.tests.map(\.standing), comment)
    #expect(left.answer.tests.map(\.flakes) == right.answer.tests.map(\.flakes), comment)
    #expect(left.next(3) == right.next(3), comment)
  }

  @Test(arguments: UInt64(1)...12)
  func replayedAndShuffledRunsGiveTheSameState(seed: UInt64) throws {
    let (space, options, search) = try search(seed: seed, runs: Int(seed) * 4)
    let replayed = Bisection(space, tests: ["a", "b", "c"], options: options, resuming: search.observations)
    expectEqual(search, replayed, "replayed, seed \(seed)")
    #expect(replayed.runs == 0)
    var generator = SeededGenerator(seed: seed)
    let shuffled = Bisection(
      space, tests: ["a", "b", "c"], options: options, resuming: search.observations.shuffled(using: &generator))
    expectEqual(search, shuffled, "shuffled, seed \(seed)")
    // As a journal would keep it.
    let journal = try JSONEncoder().encode(search.observations)
    let read = try JSONDecoder().decode([Observation].self, from: journal)
    #expect(read == search.observations)
  }

  @Test func testsThatTurnUpLaterKnowTheEarlierRuns() throws {
    var generator = SeededGenerator(seed: 4)
    let history = RandomHistory(linear: 33)
    let space = try SearchSpace(history.graph(), bad: "c0032", goods: ["c0000"])
    let simulation = Simulation(history: history, culprits: ["a": [7], "b": [20]])
    let known = ["c0010", "c0000", "c0018", "c0032", "c0001"].map { simulation.run($0, &generator) }
    let discovered = Bisection(space, tests: nil, resuming: known)
    let named = Bisection(space, tests: ["a", "b"], resuming: known)
    for test in ["a", "b"] { #expect(discovered.probabilities(of: test) == named.probabilities(of: test)) }
    #expect(discovered.next(2) == named.next(2))
  }

  @Test func runsElsewhereTellNothing() throws {
    let history = RandomHistory(parents: [[], [0], [1], [2], [3], [4]])
    let space = try SearchSpace(history.graph(), bad: "c0004", goods: ["c0001"])
    func run(_ revision: String) -> Observation { Observation(revision, .ran(passed: [], failed: ["t"])) }
    let blank = Bisection(space, tests: ["t"], resuming: [run("c0004")])
    let search = Bisection(space, tests: ["t"], resuming: [run("c0000"), run("c0005"), run("gone"), run("c0004")])
    #expect(search.next(4) == blank.next(4))
    #expect(search.answer.tests[0].standing == .open)
  }
}
