import Generators
import Testing

@testable import QuenchBisect

@Suite struct BrokenTwiceTests {
  let history = RandomHistory(linear: 101)

  func space() throws -> SearchSpace { try SearchSpace(history.graph(), bad: "c0100", goods: ["c0000"]) }

  /// Broken from 20 to 59, and from 80 on.
  func run(_ revision: String) -> Observation {
    let commit = history.number(revision)
    let fails = (20..<60).contains(commit) || commit >= 80
    return Observation(revision, .ran(passed: fails ? [] : ["t"], failed: fails ? ["t"] : []))
  }

  @Test func theLastBreakIsFoundAndTheEarlierOneSaid() throws {
    var search = Bisection(try space(), tests: ["t"], resuming: [run("c0030"), run("c0070")])
    var asked: [String] = []
    while let revision = search.next().first, search.runs < 40 {
      asked.append(revision)
      search.report(run(revision))
    }
    #expect(Set(asked).isSuperset(of: ["c0030", "c0070"]), "what contradicts is run again")
    #expect(search.answer.tests[0].standing == .found("c0080"))
    #expect(search.answer.tests[0].assumption == .deterministic)
    #expect(search.answer.tests[0].notices == [.brokenBefore(broken: "c0030", fixed: "c0070")])
  }

  @Test func aContradictionThatARerunTakesBackIsAFlake() throws {
    // The failure at 30 was none of the culprit's.
    var search = Bisection(try space(), tests: ["t"], resuming: [run("c0030"), run("c0070")])
    var generator = SeededGenerator(seed: 1)
    Simulation(history: history, culprits: ["t": [80]]).finish(&search, &generator)
    #expect(search.answer.tests[0].assumption == .flaky)
    #expect(search.answer.tests[0].standing == .found("c0080"))
    #expect(search.answer.tests[0].notices.isEmpty)
  }

  @Test func twoBranchesBrokenApartAreSaid() throws {
    // 2 and 3 broke it, each on its branch; the bad end has both.
    let history = RandomHistory(parents: [[], [0], [1], [1], [2], [3], [4, 5]])
    let space = try SearchSpace(history.graph(), bad: "c0006", goods: ["c0000"])
    var generator = SeededGenerator(seed: 1)
    let simulation = Simulation(history: history, culprits: ["t": [2, 3]])
    let known = ["c0004", "c0005", "c0001"].map { simulation.run($0, &generator) }
    var search = Bisection(space, tests: ["t"], resuming: known)
    simulation.finish(&search, &generator)
    #expect(search.answer.tests[0].standing == .found("c0003") || search.answer.tests[0].standing == .found("c0002"))
    let elsewhere = search.answer.tests[0].standing == .found("c0003") ? "c0004" : "c0005"
    #expect(search.answer.tests[0].notices == [.brokenElsewhere(elsewhere)])
  }

  @Test func aFlakyTestBrokenTwiceIsNoticedAndAFlakyOneIsNot() throws {
    var options = BisectionOptions()
    options.assumption = .flaky
    var search = Bisection(try space(), tests: ["t"], options: options)
    for revision in ["c0010", "c0025", "c0035", "c0050", "c0065", "c0075", "c0085", "c0100", "c0000"] {
      for _ in 0..<4 { search.report(run(revision)) }
    }
    guard case .brokenBefore(let broken, let fixed) = search.answer.tests[0].notices.first else {
      Issue.record("nothing was noticed")
      return
    }
    #expect((20..<60).contains(history.number(broken)))
    #expect((60..<80).contains(history.number(fixed)))
    var generator = SeededGenerator(seed: 9)
    for culprit in [10, 40, 70, 95] {
      var simulation = Simulation(history: history, culprits: ["t": [culprit]])
      simulation.failRates = (0.2, 0.8)
      var monotone = Bisection(try space(), tests: ["t"], options: options)
      simulation.finish(&monotone, &generator)
      #expect(monotone.answer.tests[0].notices.isEmpty)
    }
  }
}
