import QuenchBisect

/// Made histories: for each commit the numbers of its parents, all smaller than its own; the last descends from all.
enum Histories {
  static func linear(_ commits: Int) -> [[Int]] {
    (0..<commits).map { $0 == 0 ? [] : [$0 - 1] }
  }

  /// A main line into which branches of some commits are merged, some of which merge the main line now and then.
  ///
  /// About a quarter of the commits are merges. `open` branches are worked on at once.
  static func branched(_ commits: Int, open: Int, _ generator: inout SeededGenerator) -> [[Int]] {
    var parents: [[Int]] = [[]]
    parents.reserveCapacity(commits)
    var main = 0
    var tips: [Int] = []
    for commit in 1..<commits - 1 {
      let draw = Int.random(in: 0..<100, using: &generator)
      let index = tips.indices.randomElement(using: &generator)
      if draw < 20, let index {
        parents.append([main, tips[index]])
        tips.swapAt(index, tips.count - 1)
        tips.removeLast()
        main = commit
      } else if draw < 27, let index {
        parents.append([tips[index], main])
        tips[index] = commit
      } else if draw < 50, tips.count < open {
        let start = Int.random(in: 0..<3, using: &generator) == 0 ? tips.randomElement(using: &generator) ?? main : main
        parents.append([start])
        tips.append(commit)
      } else if draw < 85, let index {
        parents.append([tips[index]])
        tips[index] = commit
      } else {
        parents.append([main])
        main = commit
      }
    }
    parents.append([main] + tips.filter { $0 != main })
    return parents
  }

  static func space(_ parents: [[Int]]) throws -> SearchSpace {
    var builder = CommitGraphBuilder()
    for (commit, parents) in parents.enumerated() { builder.add(id(commit), parents: parents.map(id)) }
    return try SearchSpace(builder.graph(), bad: id(parents.count - 1), goods: [id(0)])
  }

  /// Forty digits, as long as git's.
  static func id(_ commit: Int) -> String {
    let digits = String(commit)
    return String(repeating: "0", count: 40 - digits.count) + digits
  }
}
