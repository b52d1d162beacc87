/// Where commits and the lines to their parents stand in a drawing: a row for each commit, the newest first, and as many lanes as
/// there are lines of history side by side, like those of `git log --graph`.
struct CommitLanes {
  /// A line from a commit down to its parent.
  struct Edge: Equatable {
    let child: Int, parent: Int
    /// The lane that it goes down in, between the rows of the two.
    let lane: Int
  }

  /// The lane of each commit.
  private(set) var lanes: [Int] = []
  private(set) var edges: [Edge] = []
  /// How many lanes there are.
  private(set) var width = 0

  /// - Parameter commits: each with its parents, of which those that do not follow are left out; children before parents.
  init(_ commits: [(id: String, parents: [String])]) {
    let rows = Dictionary(commits.enumerated().map { ($1.id, $0) }) { first, _ in first }
    // The commit that each lane goes down to.
    var expected: [String?] = []
    func free() -> Int {
      if let lane = expected.firstIndex(of: nil) { return lane }
      expected.append(nil)
      return expected.count - 1
    }
    for (row, commit) in commits.enumerated() {
      let lane = expected.firstIndex(of: commit.id) ?? free()
      for other in expected.indices where expected[other] == commit.id { expected[other] = nil }
      lanes.append(lane)
      for parent in commit.parents {
        guard let target = rows[parent], target > row else { continue }
        let way: Int
        if let known = expected.firstIndex(of: parent) {
          way = known
        } else {
          way = expected[lane] == nil ? lane : free()
          expected[way] = parent
        }
        edges.append(Edge(child: row, parent: target, lane: way))
      }
      width = max(width, expected.count)
    }
  }
}
