import Generators
import Testing

@testable import QuenchBisect

@Suite struct UntestableTests {
  @Test func theSearchGoesAroundWhatCannotBeTested() throws {
    var generator = SeededGenerator(seed: 1)
    let history = RandomHistory(linear: 129)
    let space = try SearchSpace(history.graph(), bad: "c0128", goods: ["c0000"])
    for culprit in [5, 39, 91, 128] {
      var simulation = Simulation(history: history, culprits: ["t": [culprit]])
      simulation.untestable = Set(40...90)
      var search = Bisection(space, tests: ["t"])
      simulation.finish(&search, &generator)
      if culprit == 91 {
        #expect(search.answer.tests[0].standing == .untestableLeft((40...91).map { history.id($0) }))
        // Each of them might have been testable.
        #expect(search.runs <= 60)
      } else {
        #expect(search.answer.tests[0].standing == .found(history.id(culprit)))
        // Two fifths of the history cannot be tested; the way out of it is not step by step.
        #expect(search.runs <= 22, "\(culprit): \(search.runs)")
      }
      #expect(Set(search.answer.untestable).isSubset(of: Set((40...90).map { history.id($0) })))
    }
  }

  @Test(arguments: [Assumption.deterministic, .flaky], UInt64(1)...4)
  func onlyUntestableLeftIsTheSet(assumption: Assumption, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 40, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    var options = BisectionOptions()
    options.assumption = assumption
    let numbers = space.candidates.map { history.number($0) }
    for culprit in numbers.dropLast() {
      var simulation = Simulation(history: history, culprits: ["t": [culprit]])
      simulation.untestable = Set(numbers.dropLast().filter { _ in Int.random(in: 0..<3, using: &generator) == 0 })
      var search = Bisection(space, tests: ["t"], options: options)
      simulation.finish(&search, &generator)
      // No testable revision tells the commits of the answer from the culprit, and every other one is told apart.
      let testable = Set(numbers).subtracting(simulation.untestable)
      func reachedBy(_ commit: Int) -> Set<Int> { testable.filter { history.ancestors(of: $0).contains(commit) } }
      let alike = numbers.filter { reachedBy($0) == reachedBy(culprit) }.map { history.id($0) }
      let expected: Standing = alike.count == 1 ? .found(alike[0]) : .untestableLeft(alike)
      #expect(search.answer.tests[0].standing == expected, "seed \(seed), culprit \(culprit)")
    }
  }

  /// A test that a revision does not have is untestable there, while other tests learn from the run.
  @Test func aTestThatDidNotRunIsSkippedForItselfAlone() throws {
    let history = RandomHistory(linear: 9)
    let space = try SearchSpace(history.graph(), bad: "c0008", goods: ["c0000"])
    var search = Bisection(space, tests: ["old", "young"])
    while let revision = search.next().first, search.runs < 50 {
      let commit = history.number(revision)
      let failed = (commit >= 6 ? ["old"] : []) + (commit >= 4 ? ["young"] : [])
      let there = commit == 2 || commit == 3 ? ["old"] : ["old", "young"]
      search.report(
        Observation(revision, .ran(passed: there.filter { !failed.contains($0) }, failed: failed)))
    }
    #expect(search.answer.tests.map(\.standing) == [.found("c0006"), .untestableLeft(["c0002", "c0003", "c0004"])])
    #expect(search.answer.untestable.isEmpty)
  }

  @Test func aRevisionThatBuildsTheSecondTimeIsTestable() throws {
    let history = RandomHistory(linear: 5)
    let space = try SearchSpace(history.graph(), bad: "c0004", goods: ["c0000"])
    func run(_ revision: String, _ fails: Bool) -> Observation {
      Observation(revision, .ran(passed: fails ? [] : ["t"], failed: fails ? ["t"] : []))
    }
    let search = Bisection(
      space, tests: ["t"],
      resuming: [
        run("c0004", true), run("c0000", false), Observation("c0002", .untestable), run("c0002", true),
        run("c0001", false),
      ])
    #expect(search.answer.tests[0].standing == .found("c0002"))
  }

  @Test func distancesAreAlongParentsAndChildren() throws {
    let history = RandomHistory(parents: [[], [0], [1], [1], [2, 3], [4]])
    let space = try SearchSpace(history.graph(), bad: "c0005", goods: ["c0000"])
    let two = try #require(space.candidate("c0002"))
    let distances = Testability.distances(from: [two], in: space)
    let byID = Dictionary(uniqueKeysWithValues: zip(space.candidates, distances))
    #expect(byID == ["c0001": 1, "c0002": 0, "c0003": 2, "c0004": 1, "c0005": 2])
    #expect(Testability.distances(from: [], in: space).allSatisfy { $0 == .max })
  }
}
