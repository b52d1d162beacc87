extension Repository {
  /// The revisions of `A..B`, newest first, in the order of `git rev-list`.
  ///
  /// An end that is left out is HEAD. A shallow clone's history ends where it was cut.
  /// - Throws: `GitError` with `rangeInvalid` for another form, and those of ``resolve(_:)``.
  public func range(_ expression: String) throws -> [Revision] {
    if expression.contains("...") {
      throw GitError(
        .rangeInvalid, "'\(expression)' is a symmetric difference; a range has two dots, as in A..B",
        remedy: "git merge-base A B tells where both sides parted")
    }
    let ends = expression.split(separator: "..", omittingEmptySubsequences: false)
    guard ends.count == 2 else {
      throw GitError(
        .rangeInvalid, "'\(expression)' is not a range", remedy: "write it as A..B, for example HEAD~10..HEAD")
    }
    let old = try resolve(ends[0].isEmpty ? "HEAD" : String(ends[0]))
    let new = try resolve(ends[1].isEmpty ? "HEAD" : String(ends[1]))
    var range = CommitRange(graph)
    return try revisions(range.commits(after: old.id, upTo: new.id))
  }

  /// A revision and its ancestors, newest first, at most `limit` of them.
  ///
  /// - Throws: `GitError` with `objectMissing` when the history has a gap.
  public func commits(from revision: Revision, limit: Int) throws -> [Revision] {
    var walk = try CommitWalk(graph, from: [revision.id])
    var ids: [ObjectID] = []
    while ids.count < limit, let id = try walk.next() { ids.append(id) }
    return try revisions(ids)
  }

  /// Whether `ancestor` is `revision` itself or one of its ancestors.
  ///
  /// - Throws: `GitError` with `objectMissing` when the history has a gap.
  public func isAncestor(_ ancestor: ObjectID, of revision: ObjectID) throws -> Bool {
    var search = CommonAncestors(graph)
    return try search.isAncestor(ancestor, of: revision)
  }

  /// Whether a revision is on a branch of this clone, or on the one that it follows, as that was when it was last fetched.
  ///
  /// - Throws: `GitError` where there is no such branch; with `objectMissing` when the history has a gap.
  public func isOn(_ branch: String, _ revision: ObjectID) throws -> Bool {
    if try isAncestor(revision, of: try resolve(branch).id) { return true }
    guard let upstream = try? resolve("\(branch)@{upstream}").id else { return false }
    return try isAncestor(revision, of: upstream)
  }

  /// What a branch follows, where that has more commits than the branch, as it was when it was last fetched; nil where the
  /// name is of no branch, or it is not behind.
  public func upstream(ahead name: String, of revision: Revision) -> Revision? {
    guard let upstream = try? resolve("\(name)@{upstream}"), upstream.id != revision.id,
      (try? isAncestor(revision.id, of: upstream.id)) == true
    else { return nil }
    return upstream
  }

  /// The best common ancestor of two revisions; nil when their histories are unrelated.
  ///
  /// Of several equally good ones it is the youngest, as `git merge-base` prints.
  /// - Throws: `GitError` with `objectMissing` when the history has a gap.
  public func mergeBase(_ left: ObjectID, _ right: ObjectID) throws -> Revision? {
    var search = CommonAncestors(graph)
    return try search.mergeBases(left, right).first.map(revision)
  }
}
