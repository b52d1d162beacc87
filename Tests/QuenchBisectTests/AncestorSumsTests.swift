import Generators
import Testing

@testable import QuenchBisect

@Suite struct AncestorSumsTests {
  @Test(arguments: UInt64(1)...40)
  func sumsAreThoseOfAWalk(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: Int.random(in: 2...(seed > 35 ? 900 : 80), using: &generator), &generator)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: [history.id(0)])
    let weights = (0..<space.count).map { _ in Double(Int.random(in: 0...1000, using: &generator)) }
    let byCommit = Dictionary(uniqueKeysWithValues: zip(space.candidates.map { history.number($0) }, weights))
    let expected = space.candidates.map { candidate in
      history.ancestors(of: history.number(candidate)).reduce(0.0) { $0 + (byCommit[$1] ?? 0) }
    }
    #expect(AncestorSums(space).sums(of: weights) == expected, "seed \(seed)")
    #expect(AncestorSums(space, keptAtMost: 5).sums(of: weights) == expected, "swept again, seed \(seed)")
  }

  @Test(arguments: UInt64(1)...6)
  func weightsAreThoseOfGit(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 150, &generator)
    let repository = try GitWeights()
    defer { repository.remove() }
    let ids = try repository.write(history)
    let graph = try CommitGraph(history.parents.enumerated().map { (id: ids[$0], parents: $1.map { ids[$0] }) })
    for _ in 0..<5 {
      let bad = Int.random(in: 100...history.last, using: &generator)
      let old = history.ancestors(of: bad).subtracting([bad]).sorted()
      guard let good = old.randomElement(using: &generator) else { continue }
      let space = try SearchSpace(graph, bad: ids[bad], goods: [ids[good]])
      let distances = zip(space.candidates, space.weights()).map { ($0, min($1, space.count - $1)) }
      let expected = try repository.distances(bad: ids[bad], goods: [ids[good]])
      #expect(Dictionary(uniqueKeysWithValues: distances) == expected, "seed \(seed): \(good)..\(bad)")
    }
  }
}
