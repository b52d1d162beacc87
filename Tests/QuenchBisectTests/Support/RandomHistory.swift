import Generators
import QuenchBisect

/// Commits `c000`, `c001`, …, each with parents among those before it, the last of which descends from all.
struct RandomHistory {
  var parents: [[Int]]

  /// Branches that fork from recent commits and are merged again, as people make them; the merges' share is about a third.
  init(commits: Int, _ generator: inout SeededGenerator) {
    parents = [[]]
    var tips = [0]
    for commit in 1..<max(2, commits) {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0,
        1 where tips.count > 1:
        var merged: [Int] = []
        for _ in 0..<Int.random(in: 2...3, using: &generator) {
          guard let index = tips.indices.randomElement(using: &generator) else { break }
          merged.append(tips.remove(at: index))
        }
        parents.append(merged)
        tips.append(commit)
      case 2:
        parents.append([Int.random(in: max(0, commit - 12)..<commit, using: &generator)])
        tips.append(commit)
      default:
        let index = Int.random(in: tips.indices, using: &generator)
        parents.append([tips[index]])
        tips[index] = commit
      }
    }
    parents.append(tips)
  }

  /// One commit after the other.
  init(linear commits: Int) {
    parents = (0..<commits).map { $0 == 0 ? [] : [$0 - 1] }
  }

  init(parents: [[Int]]) { self.parents = parents }

  var last: Int { parents.count - 1 }

  func id(_ commit: Int) -> String {
    let digits = String(commit)
    return "c" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  func number(_ id: String) -> Int { Int(id.dropFirst()) ?? -1 }

  func commits() -> [(id: String, parents: [String])] {
    parents.enumerated().map { (id: id($0), parents: $1.map { id($0) }) }
  }

  func graph() throws -> CommitGraph { try CommitGraph(commits()) }

  /// A commit and its ancestors, by a walk.
  func ancestors(of commit: Int) -> Set<Int> {
    var seen: Set<Int> = [commit]
    var open = [commit]
    while let next = open.popLast() {
      for parent in parents[next] where seen.insert(parent).inserted { open.append(parent) }
    }
    return seen
  }
}
