extension Repository {
  /// Commits and all their ancestors, each with its parents, youngest first; cut off where a shallow clone's history is.
  ///
  /// - Throws: `GitError` with `objectMissing` when the history has a gap.
  public func ancestry(of tips: [ObjectID]) throws -> [(id: ObjectID, parents: [ObjectID])] {
    var walk = try CommitWalk(graph, from: tips), commits: [(id: ObjectID, parents: [ObjectID])] = []
    while let id = try walk.next() {
      commits.append((id, try graph.parents(of: try graph.position(of: id)).map(graph.id)))
    }
    return commits
  }
}
