internal import CGit2

extension Repository {
  /// The working tree as it is now, uncommitted edits and untracked files included, ignored ones left out.
  ///
  /// It is HEAD's commit with another tree. The tree's objects are added to the repository's object database, as
  /// `git stash create` does; no branch refers to them, and the index stays as it is.
  ///
  /// - Throws: `GitError` with `repositoryUnsupported` for a bare repository, or `libraryFailed`.
  public func workingTreeSnapshot() throws -> Revision {
    guard !isBare, let head = try headRevision else {
      throw GitError(
        .repositoryUnsupported, "\(gitDirectory) has no working tree with a commit",
        remedy: "name a revision instead")
    }
    let index = try Libgit2.obtain("read the index") { git_repository_index(&$0, handle.pointer) }
    defer {
      // The repository keeps its index in memory; what was added here is not to be seen by others.
      git_index_read(index, 1)
      git_index_free(index)
    }
    try Libgit2.check("read the index", git_index_read(index, 0))
    try Libgit2.check("read the working tree", git_index_add_all(index, nil, GIT_INDEX_ADD_DEFAULT.rawValue, nil, nil))
    var tree = git_oid()
    try Libgit2.check("write the working tree's objects", git_index_write_tree_to(&tree, index, handle.pointer))
    return head.with(tree: ObjectID(tree))
  }
}
