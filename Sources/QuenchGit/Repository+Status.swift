internal import CGit2

extension Repository {
  /// Whether tracked files differ from HEAD, staged or not; untracked files do not count.
  ///
  /// It stops at the first difference. A bare repository is never dirty.
  /// - Throws: `GitError` with `libraryFailed` when the index or HEAD cannot be read.
  public var isDirty: Bool {
    get throws {
      guard !isBare else { return false }
      let index = try Libgit2.obtain("read the index") { git_repository_index(&$0, handle.pointer) }
      defer { git_index_free(index) }
      try Libgit2.check("read the index", git_index_read(index, 0))
      let tree = try headTree()
      defer { git_tree_free(tree) }
      return try differs("compare HEAD with the index") {
        git_diff_tree_to_index(&$0, handle.pointer, tree, index, &$1)
      }
        || differs("compare the index with the working tree") {
          git_diff_index_to_workdir(&$0, handle.pointer, index, &$1)
        }
    }
  }

  /// The tree of HEAD, which the caller frees; nil before the first commit.
  private func headTree() throws -> OpaquePointer? {
    if git_repository_head_unborn(handle.pointer) == 1 { return nil }
    return try Libgit2.obtain("read HEAD") { tree in
      var object: OpaquePointer?
      let status = git_revparse_single(&object, handle.pointer, "HEAD^{tree}")
      tree = object
      return status
    }
  }

  private func differs(_ action: String, _ compare: (inout OpaquePointer?, inout git_diff_options) -> Int32) throws
    -> Bool
  {
    var options = git_diff_options()
    try Libgit2.check(action, git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)))
    options.flags = GIT_DIFF_SKIP_BINARY_CHECK.rawValue
    // What a submodule's working tree looks like does not go into a revision; the commit it is on does.
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY
    options.notify_cb = { _, _, _, _ in GIT_EUSER.rawValue }
    var diff: OpaquePointer?
    defer { git_diff_free(diff) }
    let status = compare(&diff, &options)
    if status == GIT_EUSER.rawValue { return true }
    try Libgit2.check(action, status)
    return git_diff_num_deltas(diff) > 0
  }
}
