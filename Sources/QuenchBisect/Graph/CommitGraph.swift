/// Commits and their parents, numbered so that parents come before children.
///
/// An id may be any text. The order depends on the commits alone, not on the order in which they were added: depth first from
/// the heads, first parents first, so that a branch's commits stand together just before the merge that took them in.
public struct CommitGraph: Sendable {
  let ids: [String]
  private let positions: [String: Int32]
  /// The parents of position `p` are `parents[parentStarts[p]..<parentStarts[p + 1]]`.
  let parentStarts: [Int32]
  let parents: [Int32]

  init(ids: [String], positions: [String: Int32], parentStarts: [Int32], parents: [Int32]) {
    self.ids = ids
    self.positions = positions
    self.parentStarts = parentStarts
    self.parents = parents
  }

  /// Takes commits with their parents, in any order.
  ///
  /// - Throws: `BisectionError.cyclic` when a commit is its own ancestor.
  public init(_ commits: some Sequence<(id: String, parents: [String])>) throws(BisectionError) {
    var builder = CommitGraphBuilder()
    for commit in commits { builder.add(commit.id, parents: commit.parents) }
    self = try builder.graph()
  }

  /// How many commits there are.
  public var count: Int { ids.count }

  /// Whether the commit was added.
  public func contains(_ id: String) -> Bool { positions[id] != nil }

  /// The commit's parents that were added, in order; none for an unknown commit.
  public func parents(of id: String) -> [String] {
    guard let position = positions[id] else { return [] }
    return parents(at: Int(position)).map { ids[Int($0)] }
  }

  /// The graph of first parents: each commit keeps its first parent alone.
  public func firstParents() -> CommitGraph {
    var starts: [Int32] = [0]
    starts.reserveCapacity(count + 1)
    var firsts: [Int32] = []
    for position in 0..<count {
      if let first = parents(at: position).first { firsts.append(first) }
      starts.append(Int32(firsts.count))
    }
    return CommitGraph(ids: ids, positions: positions, parentStarts: starts, parents: firsts)
  }

  /// The graph of the commits that are kept: each has as parents the nearest ones that are kept on each way back.
  ///
  /// The ways between two commits stay, so that whoever was an ancestor of whom is that here, too.
  public func keeping(_ isKept: (String) -> Bool) -> CommitGraph {
    var nearest: [[Int32]] = []
    nearest.reserveCapacity(count)
    var builder = CommitGraphBuilder()
    for position in 0..<count {
      var found: [Int32] = []
      for parent in parents(at: position) {
        for kept in nearest[Int(parent)] where !found.contains(kept) { found.append(kept) }
      }
      if isKept(ids[position]) {
        builder.add(ids[position], parents: found.map { ids[Int($0)] })
        nearest.append([Int32(position)])
      } else {
        nearest.append(found)
      }
    }
    // Of a graph without cycles no part has one.
    return (try? builder.graph()) ?? self
  }

  func position(of id: String) throws(BisectionError) -> Int {
    guard let position = positions[id] else { throw .unknown(id) }
    return Int(position)
  }

  func parents(at position: Int) -> ArraySlice<Int32> {
    parents[Int(parentStarts[position])..<Int(parentStarts[position + 1])]
  }

  /// Marks of the given positions and all their ancestors.
  func ancestors(of tips: [Int]) -> [Bool] {
    var marks = [Bool](repeating: false, count: count)
    for tip in tips { marks[tip] = true }
    for position in stride(from: tips.max() ?? -1, through: 0, by: -1) where marks[position] {
      for parent in parents(at: position) { marks[Int(parent)] = true }
    }
    return marks
  }
}
