internal import CGit2

/// Finds single files of a revision by their path.
///
/// For one thread at a time.
final class TreeLookup {
  private let sources: ObjectSources
  private var known: [ObjectID: [TreeEntry]] = [:]

  init(_ sources: ObjectSources) { self.sources = sources }

  /// The file at a path of the slot, or nil when the revision has none there.
  ///
  /// - Throws: `GitError` with `treeUnsafe`, `objectMissing` or `submoduleMissing`.
  func file(at path: PathBytes, in tree: ObjectID) throws(GitError) -> TreeFile? {
    var (tree, source, parent) = (tree, 0, PathBytes())
    let components = path.split(separator: PathBytes.separator)
    for (number, component) in components.enumerated() {
      let entries = try entries(of: tree, at: parent, in: source)
      guard let entry = entries.first(where: { $0.name.elementsEqual(component) }) else { return nil }
      parent = parent.appending(name: component)
      if number == components.count - 1 {
        // Whether attributes concern it is not looked up here, so that they may.
        return entry.mode == .directory
          ? nil : TreeFile(path: path, mode: entry.mode, id: entry.id, source: source, mayConvert: true)
      }
      switch entry.mode {
      case .directory: tree = entry.id
      case .submodule:
        guard let inner = try sources.submodule(at: parent, commit: entry.id, in: source) else { return nil }
        source = inner
        tree = try sources.handle(inner).tree(of: entry.id)
      default: return nil
      }
    }
    return nil
  }

  private func entries(of tree: ObjectID, at path: PathBytes, in source: Int) throws(GitError) -> [TreeEntry] {
    if let entries = known[tree] { return entries }
    let entries = try sources.handle(source).entries(of: tree, at: path)
    known[tree] = entries
    return entries
  }
}
