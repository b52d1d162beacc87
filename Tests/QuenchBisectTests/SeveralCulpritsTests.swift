import Generators
import Testing

@testable import QuenchBisect

@Suite struct SeveralCulpritsTests {
  @Test(arguments: UInt64(1)...10)
  func eachTestHasItsOwnCulprit(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 100, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    var simulation = Simulation(history: history, culprits: [:])
    for number in 0..<6 {
      simulation.culprits["t\(number)"] = [history.number(space.candidates.randomElement(using: &generator) ?? "")]
    }
    var together = Bisection(space, tests: nil)
    simulation.finish(&together, &generator)
    var alone = 0
    for (test, culprits) in simulation.culprits {
      let standing = together.answer.tests.first { $0.test == test }?.standing
      #expect(standing == culprits.first.map { .found(history.id($0)) }, "seed \(seed), \(test)")
      var search = Bisection(space, tests: [test])
      simulation.finish(&search, &generator)
      alone += search.runs
    }
    #expect(together.runs < alone)
  }

  @Test func oneTestProvenFlakyLeavesTheOthersAsTheyAre() throws {
    var generator = SeededGenerator(seed: 6)
    let history = RandomHistory(linear: 65)
    let space = try SearchSpace(history.graph(), bad: "c0064", goods: ["c0000"])
    var search = Bisection(space, tests: ["firm", "shaky"])
    while let revision = search.next().first, search.runs < 300 {
      let commit = history.number(revision)
      let isShaky = commit >= 50 && Int.random(in: 0..<10, using: &generator) > 2
      let failed = (commit >= 20 ? ["firm"] : []) + (isShaky ? ["shaky"] : [])
      let passed = ["firm", "shaky"].filter { !failed.contains($0) }
      search.report(Observation(revision, .ran(passed: passed, failed: failed)))
      // Someone reruns the bad end now and then.
      if search.runs == 4 || search.runs == 6 {
        search.report(Observation("c0064", .ran(passed: search.runs == 4 ? ["shaky"] : [], failed: ["firm"])))
      }
    }
    let answer = search.answer
    #expect(answer.tests.map(\.assumption) == [.deterministic, .flaky])
    #expect(answer.tests.map(\.standing) == [.found("c0020"), .found("c0050")])
    #expect(answer.tests[0].flakes == FlakeRates(falseFail: 0, falsePass: 0))
    #expect(answer.tests[1].flakes.falsePass > 0.05)
    #expect(answer.tests[1].flakes.falseFail < 0.1)
  }

  @Test func siblingsAreToldApart() throws {
    // Four branches from one commit, merged two by two.
    let history = RandomHistory(parents: [[], [0], [1], [1], [1], [1], [2, 3], [4, 5], [6, 7]])
    let space = try SearchSpace(history.graph(), bad: "c0008", goods: ["c0000"])
    var generator = SeededGenerator(seed: 1)
    for culprit in 1...8 {
      var search = Bisection(space, tests: ["t"])
      Simulation(history: history, culprits: ["t": [culprit]]).finish(&search, &generator)
      #expect(search.answer.tests[0].standing == .found(history.id(culprit)))
    }
  }
}
