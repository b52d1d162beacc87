import Generators
import Testing

@testable import QuenchBisect

@Suite struct FlakyTests {
  struct Case: Sendable {
    var rates: (sound: Double, broken: Double)
    var isLinear = true
    let atLeast: Double
    let runs: Double
  }

  static let flaky = {
    var options = BisectionOptions()
    options.assumption = .flaky
    return options
  }()

  /// With 64 commits; the figures for 128 and more trials are the benchmark's.
  @Test(arguments: [
    Case(rates: (0, 1), atLeast: 1, runs: 15), Case(rates: (0.1, 0.9), atLeast: 0.95, runs: 30),
    Case(rates: (0, 0.5), atLeast: 0.92, runs: 60),
    Case(rates: (0.1, 0.9), isLinear: false, atLeast: 0.95, runs: 30),
  ])
  func culpritsOfFlakyTestsAreFound(_ example: Case) throws {
    var generator = SeededGenerator(seed: 7)
    let history = example.isLinear ? RandomHistory(linear: 65) : RandomHistory(commits: 64, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    let start = Bisection(space, tests: ["t"], options: Self.flaky)
    var right = 0
    var runs = 0
    let trials = 60
    for _ in 0..<trials {
      let culprit = space.candidates.randomElement(using: &generator) ?? ""
      var simulation = Simulation(history: history, culprits: ["t": [history.number(culprit)]])
      simulation.failRates = example.rates
      var search = start
      simulation.finish(&search, &generator)
      if search.answer.tests[0].standing == .found(culprit) { right += 1 }
      runs += search.runs
    }
    #expect(Double(right) >= example.atLeast * Double(trials), "\(right) of \(trials)")
    #expect(Double(runs) <= example.runs * Double(trials), "\(runs) runs")
  }

  @Test(arguments: UInt64(1)...10)
  func probabilitiesSumToOne(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 30, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    var options = Self.flaky
    options.priors = [space.candidates[3]: 5]
    var search = Bisection(space, tests: ["t"], options: options)
    var simulation = Simulation(history: history, culprits: ["t": [history.number(space.candidates[7])]])
    simulation.failRates = (0.3, 0.6)
    for _ in 0..<40 {
      // Now and then a revision that nobody asked for.
      let asked = search.next().first ?? space.candidates[0]
      let other = space.candidates.randomElement(using: &generator) ?? asked
      search.report(simulation.run(Int.random(in: 0..<4, using: &generator) == 0 ? other : asked, &generator))
      guard let probabilities = search.probabilities(of: "t") else { continue }
      let unchanged = search.answer.tests[0].unchanged
      #expect(abs(probabilities.reduce(unchanged, +) - 1) < 1e-9)
      #expect(probabilities.allSatisfy { $0 >= 0 })
    }
  }

  /// One commit, one spot each side: the posterior is what the grid says by hand.
  @Test func ratesAreLearntFromTheEnds() throws {
    var generator = SeededGenerator(seed: 3)
    let history = RandomHistory(linear: 5)
    let space = try SearchSpace(history.graph(), bad: "c0004", goods: ["c0000"])
    var search = Bisection(space, tests: ["t"], options: Self.flaky)
    var simulation = Simulation(history: history, culprits: ["t": [1]])
    simulation.failRates = (0.2, 0.7)
    for _ in 0..<300 { for end in ["c0000", "c0004"] { search.report(simulation.run(end, &generator)) } }
    let flakes = search.answer.tests[0].flakes
    #expect(abs(flakes.falseFail - 0.2) < 0.05)
    #expect(abs(flakes.falsePass - 0.3) < 0.05)
  }

  @Test func aTestThatFailsAlikeAtBothEndsIsRefused() throws {
    var generator = SeededGenerator(seed: 5)
    let history = RandomHistory(linear: 65)
    let space = try SearchSpace(history.graph(), bad: "c0064", goods: ["c0000"])
    var refused = 0
    for _ in 0..<10 {
      var simulation = Simulation(history: history, culprits: ["t": []])
      simulation.failRates = (0.5, 0.5)
      var options = Self.flaky
      options.maximumRuns = 200
      var search = Bisection(space, tests: ["t"], options: options)
      simulation.finish(&search, &generator)
      if case .refused(.unchanged(let rate)) = search.answer.tests[0].standing {
        refused += 1
        #expect(abs(rate - 0.5) < 0.3)
      }
    }
    #expect(refused >= 7)
  }

  @Test func theSearchStopsAtTheRunsAllowed() throws {
    var generator = SeededGenerator(seed: 5)
    let history = RandomHistory(linear: 65)
    let space = try SearchSpace(history.graph(), bad: "c0064", goods: ["c0000"])
    var options = Self.flaky
    options.maximumRuns = 6
    var search = Bisection(space, tests: ["t"], options: options)
    #expect(search.next(9).count <= 6)
    Simulation(history: history, culprits: ["t": [9]]).finish(&search, workers: 4, &generator)
    let answer = search.answer
    #expect(answer.runs == 6)
    #expect(answer.isCutShort)
    #expect(answer.tests[0].standing == .open)
    #expect(answer.tests[0].candidates.reduce(0) { $0 + $1.probability } >= 0.97)
    #expect(answer.tests[0].candidates.contains { $0.revision == "c0009" })
    // What is known is a start for the next search.
    var next = Bisection(space, tests: ["t"], options: Self.flaky, resuming: search.observations)
    Simulation(history: history, culprits: ["t": [9]]).finish(&next, &generator)
    #expect(next.answer.tests[0].standing == .found("c0009"))
    #expect(next.answer.resumedRuns == 6)
    var fresh = Bisection(space, tests: ["t"], options: Self.flaky)
    Simulation(history: history, culprits: ["t": [9]]).finish(&fresh, &generator)
    #expect(next.runs < fresh.runs)
  }

  @Test func severalWorkersTakeFewerRounds() throws {
    var generator = SeededGenerator(seed: 5)
    let history = RandomHistory(linear: 65)
    let space = try SearchSpace(history.graph(), bad: "c0064", goods: ["c0000"])
    var rounds = [1: 0, 4: 0]
    for workers in [1, 4] {
      for culprit in stride(from: 3, through: 60, by: 6) {
        var simulation = Simulation(history: history, culprits: ["t": [culprit]])
        simulation.failRates = (0.1, 0.9)
        var search = Bisection(space, tests: ["t"], options: Self.flaky)
        while !search.isFinished, search.runs < 500 {
          rounds[workers, default: 0] += 1
          for revision in search.next(workers) { search.report(simulation.run(revision, &generator)) }
        }
      }
    }
    #expect(Double(rounds[4] ?? 0) < 0.5 * Double(rounds[1] ?? 0))
  }

  @Test func theConfirmationTakesTurns() throws {
    var generator = SeededGenerator(seed: 2)
    let history = RandomHistory(parents: [[], [0], [0], [1, 2], [3]])
    let space = try SearchSpace(history.graph(), bad: "c0004", goods: ["c0000"])
    var search = Bisection(space, tests: ["t"])
    let simulation = Simulation(history: history, culprits: ["t": [3]])
    simulation.finish(&search, &generator)
    let plan = search.confirmation(of: "c0003", for: "t")
    #expect(plan.revisions == ["c0001", "c0002", "c0003"])
    var flaky = Bisection(space, tests: ["t"], options: Self.flaky)
    for _ in 0..<100 {
      for end in ["c0000", "c0004"] {
        flaky.report(Observation(end, .ran(passed: ["t"], failed: [])))
        flaky.report(simulation.run(end, &generator))
      }
    }
    // Passing half the time where it is broken: ⌈log 0.01 ⁄ log 0.5⌉.
    #expect(flaky.confirmation(of: "c0003", for: "t").times == 7)
    #expect(flaky.confirmation(of: "c0003", for: "t").revisions.count == 21)
  }
}
