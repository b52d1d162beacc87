import Generators
import Testing

@testable import QuenchReports

struct CommitLanesTests {
  @Test func aLineOfHistoryHasOneLane() {
    let lanes = CommitLanes([("c", ["b"]), ("b", ["a"]), ("a", [])])
    #expect(lanes.lanes == [0, 0, 0] && lanes.width == 1)
    #expect(lanes.edges == [.init(child: 0, parent: 1, lane: 0), .init(child: 1, parent: 2, lane: 0)])
  }

  @Test func aMergedBranchHasALaneOfItsOwn() {
    let lanes = CommitLanes([("m", ["b", "x"]), ("x", ["a"]), ("b", ["a"]), ("a", [])])
    #expect(lanes.lanes == [0, 1, 0, 0] || lanes.lanes == [0, 1, 0, 1], "\(lanes)")
    #expect(lanes.width == 2)
    #expect(Set(lanes.edges.filter { $0.child == 0 }.map(\.lane)) == [0, 1])
  }

  @Test func parentsThatAreNotShownHaveNoLine() {
    let lanes = CommitLanes([("b", ["a", "gone"]), ("a", ["gone"])])
    #expect(lanes.edges == [.init(child: 0, parent: 1, lane: 0)])
  }

  /// No line runs through a commit that is not its end, whatever the history.
  @Test(arguments: 0..<200)
  func noLineRunsThroughAnotherCommit(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = 2 + Int(random.next() % 30)
    let commits = (0..<count).map { row in
      let parents = (0..<Int(random.next() % 3)).map { _ in row + 1 + Int(random.next() % 6) }
      return (id: "\(row)", parents: parents.filter { $0 < count }.map(String.init))
    }
    let lanes = CommitLanes(commits)
    for edge in lanes.edges {
      for row in (edge.child + 1)..<max(edge.child + 1, edge.parent) {
        #expect(lanes.lanes[row] != edge.lane, "seed \(seed): \(edge) runs through \(row) of \(commits)")
      }
    }
  }
}
