internal import CGit2

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Finds the local clone of a submodule: nothing is fetched.
struct SubmoduleLocator {
  let parent: RepositoryHandle
  /// The commit of the parent whose `.gitmodules` names the submodules.
  let commit: ObjectID

  /// Opens the clone of the submodule recorded at `path`.
  ///
  /// - Parameters:
  ///   - path: from the root of the parent.
  ///   - shown: from the root of the slot, for messages.
  /// - Returns: nil when `.gitmodules` has nothing for the path; git leaves an empty directory then.
  /// - Throws: `GitError` with `submoduleMissing`.
  func handle(for path: PathBytes, commit id: ObjectID, shown: PathBytes) throws(GitError) -> RepositoryHandle? {
    guard let name = try name(for: path) else { return nil }
    let workDirectory = parent.workDirectory?.pushing(FilePath(path.text))
    for directory in [parent.commonDirectory, parent.gitDirectory] {
      let clone = directory.appending("modules").pushing(FilePath(name))
      let handle = try present { () throws(GitError) in
        try RepositoryHandle(gitDirectory: clone, workDirectory: workDirectory)
      }
      if let handle, handle.contains(commit: id) { return handle }
    }
    if let workDirectory,
      let handle = try present({ () throws(GitError) in try RepositoryHandle(exactlyAt: workDirectory) }),
      handle.contains(commit: id)
    {
      return handle
    }
    throw GitError(
      .submoduleMissing, "the submodule '\(name)' at \(shown.text) is not present locally at commit \(id)",
      remedy: "git submodule update --init --recursive")
  }

  private func name(for path: PathBytes) throws(GitError) -> String? {
    let root = try parent.entries(of: parent.tree(of: commit), at: [])
    guard let entry = root.first(where: { $0.name.elementsEqual(".gitmodules".utf8) }),
      entry.mode == .file || entry.mode == .executable
    else { return nil }
    let bytes = try parent.blob(entry.id)
    return SubmoduleNames(parsing: String(decoding: bytes, as: UTF8.self)).name(of: path.text)
  }

  /// What `open` opens, or nil when there is no repository.
  private func present(_ open: () throws(GitError) -> RepositoryHandle) throws(GitError) -> RepositoryHandle? {
    do {
      return try open()
    } catch  where error.code == .repositoryNotFound {
      return nil
    }
  }
}
