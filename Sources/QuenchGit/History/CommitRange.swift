/// The commits of `A..B`: B and its ancestors without A and its ancestors.
struct CommitRange {
  /// How far a commit's clock may be wrong, in seconds, without a commit being listed that should not be.
  private static let clockSlack: Int64 = 86_400

  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let queued = Marks(rawValue: 1)
    static let taken = Marks(rawValue: 2)
    static let excluded = Marks(rawValue: 4)
  }

  private let graph: CommitGraph
  private var queue = CommitQueue()
  private var marks: [Int: Marks] = [:]
  /// Commits in the queue that still count; the walk may end when there are none.
  private var wanted = 0

  init(_ graph: CommitGraph) { self.graph = graph }

  /// The commits in the order of `git rev-list`, youngest first.
  mutating func commits(after old: ObjectID, upTo new: ObjectID) throws(GitError) -> [ObjectID] {
    let old = try graph.position(of: old)
    marks[old] = .excluded
    enqueue(old)
    enqueue(try graph.position(of: new))
    var listed: [Int] = []
    var oldestListed = Int64.max
    while let youngest = queue.youngestTime {
      if wanted == 0, listed.isEmpty || youngest < oldestListed - Self.clockSlack { break }
      guard let position = queue.pop() else { break }
      let isExcluded = marks[position, default: []].contains(.excluded)
      marks[position, default: []].insert(.taken)
      let parents = try graph.parents(of: position)
      if isExcluded {
        for parent in parents { try exclude(parent) }
      } else {
        wanted -= 1
        listed.append(position)
        oldestListed = min(oldestListed, graph.time(of: position))
      }
      for parent in parents { enqueue(parent) }
    }
    return listed.filter { !marks[$0, default: []].contains(.excluded) }.map(graph.id)
  }

  private mutating func enqueue(_ position: Int) {
    let mark = marks[position, default: []]
    guard !mark.contains(.queued) else { return }
    marks[position] = mark.union(.queued)
    if !mark.contains(.excluded) { wanted += 1 }
    queue.push(position, time: graph.time(of: position))
  }

  /// Excludes a commit, and what was already listed behind it.
  private mutating func exclude(_ position: Int) throws(GitError) {
    var pending = [position]
    while let next = pending.popLast() {
      let mark = marks[next, default: []]
      guard !mark.contains(.excluded) else { continue }
      marks[next] = mark.union(.excluded)
      if mark.contains(.taken) {
        pending += try graph.parents(of: next)
      } else if mark.contains(.queued) {
        wanted -= 1
      }
    }
  }
}
