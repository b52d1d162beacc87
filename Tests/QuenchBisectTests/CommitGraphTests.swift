import Generators
import Testing

@testable import QuenchBisect

@Suite struct CommitGraphTests {
  @Test(arguments: UInt64(1)...20)
  func theOrderOfTheListDoesNotMatter(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 40, &generator)
    let graph = try history.graph()
    let shuffled = try CommitGraph(history.commits().shuffled(using: &generator))
    #expect(graph.ids == shuffled.ids)
    #expect(graph.parents == shuffled.parents)
    for (commit, parents) in history.parents.enumerated() {
      #expect(shuffled.parents(of: history.id(commit)) == parents.map { history.id($0) })
      let position = try shuffled.position(of: history.id(commit))
      #expect(shuffled.parents(at: position).allSatisfy { Int($0) < position })
    }
  }

  /// Whoever descends from whom does so as well where only some commits are kept.
  @Test(arguments: UInt64(1)...20)
  func keptCommitsDescendFromTheSameOnes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let history = RandomHistory(commits: 60, &generator)
    let graph = try history.graph()
    let kept = Set((0...history.last).filter { _ in Bool.random(using: &generator) }.map { history.id($0) })
    let part = graph.keeping(kept.contains)
    #expect(Set(part.ids) == kept)
    for id in kept {
      let whole = graph.ancestors(of: [try graph.position(of: id)])
      let ancestors = Set(graph.ids.indices.filter { whole[$0] }.map { graph.ids[$0] }).intersection(kept)
      let marks = part.ancestors(of: [try part.position(of: id)])
      #expect(Set(part.ids.indices.filter { marks[$0] }.map { part.ids[$0] }) == ancestors)
    }
  }

  @Test func parentsThatWereNeverAddedAreCutOff() throws {
    let graph = try CommitGraph([(id: "b", parents: ["a"]), (id: "c", parents: ["b", "x"])])
    #expect(graph.count == 2)
    #expect(!graph.contains("a"))
    #expect(graph.parents(of: "b").isEmpty)
    #expect(graph.parents(of: "c") == ["b"])
  }

  @Test func aCommitAddedTwiceCountsOnceAndSoDoesAParent() throws {
    let graph = try CommitGraph([
      (id: "a", parents: []), (id: "b", parents: ["a", "a"]), (id: "b", parents: []),
    ])
    #expect(graph.count == 2)
    #expect(graph.parents(of: "b") == ["a"])
  }

  @Test func aCycleIsRefused() {
    #expect(throws: BisectionError.self) {
      try CommitGraph([(id: "a", parents: ["b"]), (id: "b", parents: ["a"]), (id: "c", parents: [])])
    }
    #expect(throws: BisectionError.cyclic("b")) {
      try CommitGraph([(id: "c", parents: ["b"]), (id: "b", parents: ["a"]), (id: "a", parents: ["b"])])
    }
  }

  @Test func firstParentsLeaveMergedBranchesOut() throws {
    let history = RandomHistory(parents: [[], [0], [0], [1, 2], [3]])
    let graph = try history.graph().firstParents()
    let space = try SearchSpace(graph, bad: "c0004", goods: ["c0000"])
    #expect(space.candidates == ["c0001", "c0003", "c0004"])
  }

  @Test func aLongHistoryNeedsNoDeepStack() throws {
    let history = RandomHistory(linear: 50_000)
    let space = try SearchSpace(history.graph(), bad: history.id(history.last), goods: ["c0000"])
    #expect(space.count == 49_999)
    #expect(space.weights() == Array(1...49_999))
  }
}
