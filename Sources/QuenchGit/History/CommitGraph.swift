internal import CGit2

/// The commits seen so far, with their times and parents, ending where a shallow clone was cut.
///
/// libgit2's own walks and merge bases fail at such a cut, so they are not used.
final class CommitGraph {
  private struct Node {
    let id: ObjectID
    let time: Int64
    let parents: [ObjectID]
  }

  private let handle: RepositoryHandle
  private let boundary: Set<ObjectID>
  private var nodes: [Node] = []
  private var positions: [ObjectID: Int] = [:]

  init(_ handle: RepositoryHandle, boundary: Set<ObjectID>) {
    self.handle = handle
    self.boundary = boundary
  }

  /// A dense number for the commit, valid for the life of the graph.
  ///
  /// - Throws: `GitError` with `objectMissing` when the repository does not have it.
  func position(of id: ObjectID) throws(GitError) -> Int {
    if let position = positions[id] { return position }
    let commit = try handle.commit(id)
    defer { git_commit_free(commit) }
    let parents =
      boundary.contains(id)
      ? [] : (0..<git_commit_parentcount(commit)).map { ObjectID(git_commit_parent_id(commit, $0).pointee) }
    positions[id] = nodes.count
    nodes.append(Node(id: id, time: git_commit_time(commit), parents: parents))
    return nodes.count - 1
  }

  /// The positions of the parents, in order.
  func parents(of position: Int) throws(GitError) -> [Int] {
    var parents: [Int] = []
    for parent in nodes[position].parents { parents.append(try self.position(of: parent)) }
    return parents
  }

  func id(of position: Int) -> ObjectID { nodes[position].id }

  /// When the commit was made, in seconds since 1970.
  func time(of position: Int) -> Int64 { nodes[position].time }
}
