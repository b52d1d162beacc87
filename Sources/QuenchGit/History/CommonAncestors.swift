/// Merge bases, by painting the ancestors of both sides until only common ones are left.
///
/// The algorithm is that of git's commit-reach: a commit reached from both sides is a candidate, and its own ancestors
/// are stale, which takes back candidates that another candidate reaches.
struct CommonAncestors {
  private struct Paint: OptionSet {
    let rawValue: UInt8
    static let left = Paint(rawValue: 1)
    static let right = Paint(rawValue: 2)
    static let stale = Paint(rawValue: 4)
  }

  private let graph: CommitGraph
  private var paint: [Int: Paint] = [:]

  init(_ graph: CommitGraph) { self.graph = graph }

  /// Whether `ancestor` is `commit` or can be reached from it.
  mutating func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
    if ancestor == commit { return true }
    _ = try candidates(ancestor, commit)
    return paint[try graph.position(of: ancestor), default: []].contains(.right)
  }

  /// The best common ancestors, youngest first; empty for unrelated histories.
  mutating func mergeBases(_ left: ObjectID, _ right: ObjectID) throws(GitError) -> [ObjectID] {
    if left == right { return [left] }
    let found = try candidates(left, right)
    guard found.count > 1 else { return found }
    // With clocks that ran backwards a candidate may still be reachable from another one.
    var best: [ObjectID] = []
    for candidate in found {
      var isRedundant = false
      for other in found where other != candidate && !isRedundant {
        var search = CommonAncestors(graph)
        isRedundant = try search.isAncestor(candidate, of: other)
      }
      if !isRedundant { best.append(candidate) }
    }
    return best
  }

  private mutating func candidates(_ left: ObjectID, _ right: ObjectID) throws(GitError) -> [ObjectID] {
    paint = [:]
    var queue = CommitQueue()
    // How many queue entries are not stale: they may be in the queue more than once, so each entry counts.
    var entries: [Int: Int] = [:]
    var fresh = 0
    func isStale(_ position: Int) -> Bool { paint[position, default: []].contains(.stale) }
    func push(_ position: Int, adding color: Paint) {
      let old = paint[position, default: []]
      guard !old.isSuperset(of: color) else { return }
      if !old.contains(.stale), color.contains(.stale) { fresh -= entries[position, default: 0] }
      paint[position] = old.union(color)
      entries[position, default: 0] += 1
      if !isStale(position) { fresh += 1 }
      queue.push(position, time: graph.time(of: position))
    }
    push(try graph.position(of: left), adding: .left)
    push(try graph.position(of: right), adding: .right)
    var found: [Int] = []
    while fresh > 0, let position = queue.pop() {
      entries[position, default: 0] -= 1
      if !isStale(position) { fresh -= 1 }
      var color = paint[position, default: []]
      if color == [.left, .right] {
        if !found.contains(position) { found.append(position) }
        color.insert(.stale)
      }
      for parent in try graph.parents(of: position) { push(parent, adding: color) }
    }
    return found.filter { !isStale($0) }.map(graph.id)
  }
}
