import Generators
import Testing

@testable import QuenchBisect

@Suite struct SearchSpaceTests {
  @Test(arguments: UInt64(1)...30)
  func candidatesAreTheBadAncestorsWithoutTheGoodOnes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 50, &generator)
    let goods = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      Int.random(in: 0..<history.last, using: &generator)
    }
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: goods.map { history.id($0) })
    let sound = goods.reduce(into: Set<Int>()) { $0.formUnion(history.ancestors(of: $1)) }
    #expect(Set(space.candidates.map { history.number($0) }) == history.ancestors(of: history.last).subtracting(sound))
    #expect(space.candidates.last == history.id(history.last))
    #expect(space.mergeBases.isEmpty)
  }

  @Test func endsThatMakeNoSenseAreNamed() throws {
    let graph = try RandomHistory(parents: [[], [0], [1], [], [3]]).graph()
    #expect(throws: BisectionError.unknown("x")) { try SearchSpace(graph, bad: "x", goods: ["c0000"]) }
    #expect(throws: BisectionError.noGoodEnd) { try SearchSpace(graph, bad: "c0002", goods: []) }
    #expect(throws: BisectionError.sameEnds("c0002")) { try SearchSpace(graph, bad: "c0002", goods: ["c0002"]) }
    #expect(throws: BisectionError.swapped(bad: "c0000", good: "c0002")) {
      try SearchSpace(graph, bad: "c0000", goods: ["c0002"])
    }
    #expect(throws: BisectionError.unrelated(bad: "c0002", good: "c0004")) {
      try SearchSpace(graph, bad: "c0002", goods: ["c0004"])
    }
  }

  /// Two branches that merged each other: neither merge base descends from the other.
  @Test func aCrissCrossHasTwoMergeBases() throws {
    let graph = try RandomHistory(parents: [[], [0], [0], [1, 2], [2, 1], [3], [4]]).graph()
    let space = try SearchSpace(graph, bad: "c0005", goods: ["c0006"])
    #expect(Set(space.mergeBases) == ["c0001", "c0002"])
    #expect(space.candidates == ["c0003", "c0005"])
  }

  @Test func aSiblingIsAGoodEndBehindItsMergeBase() throws {
    let graph = try RandomHistory(parents: [[], [0], [1], [2], [1]]).graph()
    let space = try SearchSpace(graph, bad: "c0003", goods: ["c0004"])
    #expect(space.mergeBases == ["c0001"])
    #expect(space.candidates == ["c0002", "c0003"])
  }
}
