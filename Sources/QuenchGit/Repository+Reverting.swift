internal import CGit2

extension Repository {
  /// A revision as it would be without what an earlier commit changed; nil where that does not apply cleanly.
  ///
  /// It is the revision's commit with another tree, whose objects are added to the repository's object database, as
  /// `git stash create` does; no branch refers to them. Of a merge, what it brought to its first parent is taken back.
  ///
  /// - Throws: `GitError` with `objectMissing` or `libraryFailed`.
  public func reverting(_ culprit: ObjectID, at revision: Revision) throws -> Revision? {
    let undone = try handle.commit(culprit), ours = try handle.commit(revision.id)
    defer {
      git_commit_free(undone)
      git_commit_free(ours)
    }
    let mainline: UInt32 = git_commit_parentcount(undone) > 1 ? 1 : 0
    let index = try Libgit2.obtain("revert \(culprit) in memory") {
      git_revert_commit(&$0, handle.pointer, undone, ours, mainline, nil)
    }
    defer { git_index_free(index) }
    guard git_index_has_conflicts(index) == 0 else { return nil }
    var tree = git_oid()
    try Libgit2.check("write the reverted tree", git_index_write_tree_to(&tree, index, handle.pointer))
    return revision.with(tree: ObjectID(tree))
  }
}
