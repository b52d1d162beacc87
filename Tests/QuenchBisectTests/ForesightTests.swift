import Generators
import QuenchBisect
import Testing

@Suite struct ForesightTests {
  /// Whatever a run shows, what is run after it was foreseen while it went on.
  @Test(arguments: UInt64(1)...6)
  func whatComesNextWasForeseen(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 60, &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    let culprit = Int.random(in: 1...history.last, using: &generator)
    let simulation = Simulation(history: history, culprits: ["t": [culprit]])
    var search = Bisection(space, tests: nil)
    var foreseen: [String]?
    while let revision = search.next().first {
      if let foreseen { #expect(foreseen.contains(revision), "seed \(seed): \(foreseen), not \(revision)") }
      foreseen = search.foreseen(running: [revision])
      #expect(foreseen?.contains(revision) == false)
      search.report(simulation.run(revision, &generator))
    }
    #expect(search.answer.tests.map(\.standing) == [.found(history.id(culprit))])
  }

  @Test func ofAnEndOnlyWhatItHasToShowIsForeseen() throws {
    let history = RandomHistory(linear: 17)
    let space = try SearchSpace(history.graph(), bad: "c0016", goods: ["c0000"])
    var search = Bisection(space, tests: ["t"])
    #expect(search.foreseen(running: ["c0016"]) == ["c0000"])
    search.report(Observation("c0016", .ran(passed: [], failed: ["t"])))
    #expect(search.foreseen(running: ["c0000"]) == ["c0008"])
    search.report(Observation("c0000", .ran(passed: ["t"], failed: [])))
    #expect(search.foreseen(running: ["c0008"]) == ["c0004", "c0012"])
  }
}
