internal import CGit2

/// What a commit did to one file.
public struct FileChange: Sendable, Hashable {
  /// The file's path, of one that was moved the new one; what is not UTF-8 in it is replaced.
  public let path: String
  /// How many lines were added and removed; nil for a file that is not text.
  public let lines: Lines?

  /// A count of lines.
  public struct Lines: Sendable, Hashable {
    /// How many were added.
    public let added: Int
    /// How many were removed.
    public let removed: Int
  }
}

extension Repository {
  /// What a commit changed, as `git diff --numstat` against its first parent has it; of a root, all its files.
  ///
  /// - Parameter limit: how many files at the most.
  /// - Throws: `GitError` with `objectMissing` or `libraryFailed`.
  public func changes(of revision: Revision, limit: Int) throws -> [FileChange] {
    let tree = try tree(revision.tree)
    defer { git_tree_free(tree) }
    let before = try revision.parents.first.map { try self.tree(self.revision($0).tree) }
    defer { git_tree_free(before) }
    var options = git_diff_options()
    try Libgit2.check("compare trees", git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)))
    // Larger files are not read for their lines.
    options.max_size = 1 << 20
    let diff = try Libgit2.obtain("compare \(revision.id.abbreviated) with its parent") {
      git_diff_tree_to_tree(&$0, handle.pointer, before, tree, &options)
    }
    defer { git_diff_free(diff) }
    // Each file that came is held against each that went.
    if git_diff_num_deltas(diff) <= 400 { try Libgit2.check("look for moved files", git_diff_find_similar(diff, nil)) }
    return try (0..<min(limit, git_diff_num_deltas(diff))).map { try Self.change($0, of: diff) }
  }

  /// A tree, which the caller frees.
  private func tree(_ id: ObjectID) throws(GitError) -> OpaquePointer {
    var oid = id.git
    return try Libgit2.obtain("read the tree \(id)") { git_tree_lookup(&$0, handle.pointer, &oid) }
  }

  private static func change(_ index: Int, of diff: OpaquePointer) throws(GitError) -> FileChange {
    var patch: OpaquePointer?
    try Libgit2.check("compare a file", git_patch_from_diff(&patch, diff, index))
    defer { git_patch_free(patch) }
    guard let delta = git_diff_get_delta(diff, index)?.pointee else { return FileChange(path: "", lines: nil) }
    let path = (delta.new_file.path ?? delta.old_file.path).map { String(cString: $0) } ?? ""
    // Of a binary file there is a patch without lines, or none.
    guard let patch, delta.flags & GIT_DIFF_FLAG_BINARY.rawValue == 0 else { return FileChange(path: path, lines: nil) }
    var added = 0, removed = 0
    try Libgit2.check("count lines", git_patch_line_stats(nil, &added, &removed, patch))
    return FileChange(path: path, lines: FileChange.Lines(added: added, removed: removed))
  }
}
