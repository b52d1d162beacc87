/// Commits and their ancestors, youngest first, each once: the order of `git rev-list`.
struct CommitWalk {
  private let graph: CommitGraph
  private var queue = CommitQueue()
  private var seen: Set<Int> = []

  init(_ graph: CommitGraph, from starts: [ObjectID]) throws(GitError) {
    self.graph = graph
    for start in starts { add(try graph.position(of: start)) }
  }

  /// The next commit, or nil after the last one.
  mutating func next() throws(GitError) -> ObjectID? {
    guard let position = queue.pop() else { return nil }
    for parent in try graph.parents(of: position) { add(parent) }
    return graph.id(of: position)
  }

  private mutating func add(_ position: Int) {
    guard seen.insert(position).inserted else { return }
    queue.push(position, time: graph.time(of: position))
  }
}
