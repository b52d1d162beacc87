/// Every file of a revision, submodules included, in the order of full paths.
struct TreeListing {
  let sources: ObjectSources
  private(set) var files: [TreeFile] = []

  init(_ sources: ObjectSources) { self.sources = sources }

  /// Adds the files of a tree at `path`.
  ///
  /// - Throws: `GitError` with `treeUnsafe`, `objectMissing` or `submoduleMissing`.
  mutating func add(tree: ObjectID, at path: PathBytes, source: Int, hasAttributes: Bool) throws(GitError) {
    let entries = try sources.handle(source).entries(of: tree, at: path)
    let hasAttributes = hasAttributes || entries.contains(where: \.isAttributes)
    for entry in entries {
      try add(entry, at: path.appending(name: entry.name), source: source, hasAttributes: hasAttributes)
    }
  }

  /// Adds one entry, with everything below it.
  mutating func add(_ entry: TreeEntry, at path: PathBytes, source: Int, hasAttributes: Bool) throws(GitError) {
    switch entry.mode {
    case .directory:
      try add(tree: entry.id, at: path, source: source, hasAttributes: hasAttributes)
    case .submodule:
      guard let inner = try sources.submodule(at: path, commit: entry.id, in: source) else { fallthrough }
      let tree = try sources.handle(inner).tree(of: entry.id)
      try add(tree: tree, at: path, source: inner, hasAttributes: false)
    case .file, .executable, .symlink:
      let mayConvert = hasAttributes || sources.list[source].conversion.concernsEveryFile
      files.append(TreeFile(path: path, mode: entry.mode, id: entry.id, source: source, mayConvert: mayConvert))
    }
  }
}

extension TreeEntry {
  /// Whether this is a `.gitattributes` file.
  var isAttributes: Bool { name.elementsEqual(".gitattributes".utf8) }

  /// Whether this is a `.gitmodules` file.
  var isModules: Bool { name.elementsEqual(".gitmodules".utf8) }
}
