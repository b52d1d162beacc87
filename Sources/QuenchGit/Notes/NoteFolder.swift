internal import CGit2

/// A folder of a notes tree while it is put together.
struct NoteFolder {
  private enum Entry {
    case folder(NoteFolder)
    case object(EntryMode, ObjectID)
  }

  private var entries: [[UInt8]: Entry] = [:]

  /// Puts an object at a path, making its folders; what stands in the way of a folder goes.
  mutating func insert(_ path: some Collection<[UInt8]>, _ mode: EntryMode, _ id: ObjectID) {
    guard let name = path.first else { return }
    guard path.count > 1 else {
      entries[name] = .object(mode, id)
      return
    }
    var folder = NoteFolder()
    if case .folder(let known)? = entries[name] { folder = known }
    entries[name] = nil
    folder.insert(path.dropFirst(), mode, id)
    entries[name] = .folder(folder)
  }

  /// Writes the folder and those below it as trees, and gives its id.
  ///
  /// - Throws: `GitError` with `libraryFailed`.
  func write(in handle: RepositoryHandle) throws(GitError) -> ObjectID {
    let builder = try Libgit2.obtain("write the notes' tree") { git_treebuilder_new(&$0, handle.pointer, nil) }
    defer { git_treebuilder_free(builder) }
    for (name, entry) in entries {
      let (mode, id): (EntryMode, ObjectID) =
        switch entry {
        case .folder(let folder): (.directory, try folder.write(in: handle))
        case .object(let mode, let id): (mode, id)
        }
      var oid = id.git
      let bytes = name.map { CChar(bitPattern: $0) } + [0]
      try Libgit2.check(
        "write the notes' tree", git_treebuilder_insert(nil, builder, bytes, &oid, git_filemode_t(mode.rawValue)))
    }
    var tree = git_oid()
    try Libgit2.check("write the notes' tree", git_treebuilder_write(&tree, builder))
    return ObjectID(tree)
  }
}
