import Generators
import Testing

@testable import QuenchBisect

@Suite struct EndsTests {
  let history = RandomHistory(linear: 17)

  func space() throws -> SearchSpace { try SearchSpace(history.graph(), bad: "c0016", goods: ["c0000"]) }

  func run(_ revision: String, fails: Bool) -> Observation {
    Observation(revision, .ran(passed: fails ? [] : ["t"], failed: fails ? ["t"] : []))
  }

  @Test func aBadEndThatPassesIsRunAgainAndThenRefused() throws {
    var search = Bisection(try space(), tests: ["t"])
    for _ in 0..<3 {
      #expect(search.answer.tests[0].standing == .open)
      #expect(search.next() == ["c0016"])
      search.report(run("c0016", fails: false))
    }
    #expect(search.answer.tests[0].standing == .refused(.passesAtBad("c0016")))
    #expect(search.isFinished)
    #expect(search.next(4).isEmpty)
  }

  @Test func aGoodEndThatFailsIsRunAgainAndThenRefused() throws {
    var search = Bisection(try space(), tests: ["t"])
    search.report(run("c0016", fails: true))
    for _ in 0..<3 {
      #expect(search.next() == ["c0000"])
      search.report(run("c0000", fails: true))
    }
    #expect(search.answer.tests[0].standing == .refused(.failsAtGood("c0000")))
  }

  @Test func anEndThatDisagreesWithItselfMakesTheTestFlaky() throws {
    var search = Bisection(try space(), tests: ["t"])
    search.report(run("c0016", fails: false))
    search.report(run("c0016", fails: true))
    #expect(search.answer.tests[0].assumption == .flaky)
    #expect(search.answer.tests[0].standing == .open)
    var generator = SeededGenerator(seed: 1)
    Simulation(history: history, culprits: ["t": [5]]).finish(&search, &generator)
    #expect(search.answer.tests[0].standing == .found("c0005"))
  }

  @Test func anEndThatCannotBeTestedIsRefused() throws {
    var search = Bisection(try space(), tests: ["t"])
    search.report(Observation("c0016", .untestable))
    #expect(search.answer.tests[0].standing == .refused(.untestableEnd("c0016")))
    var other = Bisection(try space(), tests: ["t"])
    other.report(run("c0016", fails: true))
    // A run in which the test did not take part says as little.
    other.report(Observation("c0000", .ran(passed: ["u"], failed: [])))
    #expect(other.answer.tests[0].standing == .refused(.untestableEnd("c0000")))
    #expect(other.answer.untestable == ["c0000"])
    #expect(search.answer.untestable == ["c0016"])
  }

  /// Who brings a test that fails has broken it; one that was skipped may have been broken before.
  @Test(arguments: [(Set<String>(), Standing.found("c0008")), (Set(["t"]), .refused(.untestableEnd("c0000")))])
  func whatIsNotThereDoesNotFail(silent: Set<String>, standing: Standing) throws {
    var search = Bisection(try space(), tests: ["t"])
    while let next = search.next().first {
      let isThere = (try #require(Int(next.dropFirst()))) >= 8
      search.report(Observation(next, .ran(passed: ["u"], failed: isThere ? ["t"] : []), silent: isThere ? [] : silent))
    }
    #expect(search.answer.tests[0].standing == standing)
  }

  @Test func mergeBasesAreTestedFirst() throws {
    let history = RandomHistory(parents: [[], [0], [0], [1, 2], [2, 1], [3], [4], [5]])
    let space = try SearchSpace(history.graph(), bad: "c0007", goods: ["c0006"])
    var generator = SeededGenerator(seed: 1)
    var search = Bisection(space, tests: ["t"])
    #expect(Set(search.next(4)) == ["c0007", "c0001", "c0002", "c0006"])
    let simulation = Simulation(history: history, culprits: ["t": [5]])
    simulation.finish(&search, &generator)
    #expect(search.answer.tests[0].standing == .found("c0005"))
    #expect(Set(search.observations.map(\.revision)).isSuperset(of: ["c0001", "c0002"]))
    // Broken at a merge base and passing at the good end: it was fixed there, and no candidate broke it.
    for assumption in [Assumption.deterministic, .flaky] {
      var options = BisectionOptions()
      options.assumption = assumption
      var fixed = Bisection(space, tests: ["t"], options: options)
      while let revision = fixed.next().first, fixed.runs < 40 {
        fixed.report(run(revision, fails: revision != "c0006" && revision != "c0002"))
      }
      #expect(fixed.answer.tests[0].standing == .refused(.failsAtMergeBase("c0001")), "\(assumption)")
    }
  }

  @Test func withoutNamedTestsThoseFailingAtTheBadEndAreSearched() throws {
    var generator = SeededGenerator(seed: 1)
    var search = Bisection(try space(), tests: nil)
    let simulation = Simulation(history: history, culprits: ["a": [3], "b": [9], "c": [], "d": [9]])
    simulation.finish(&search, &generator)
    #expect(search.answer.tests.map(\.test) == ["a", "b", "d"])
    #expect(
      search.answer.culprits == [
        .init(revision: "c0003", confidence: 1, tests: ["a"]),
        .init(revision: "c0009", confidence: 1, tests: ["b", "d"]),
      ])
    var sound = Bisection(try space(), tests: nil)
    Simulation(history: history, culprits: ["a": []]).finish(&sound, &generator)
    #expect(sound.answer.tests.isEmpty)
    #expect(sound.runs == 3)
  }
}
