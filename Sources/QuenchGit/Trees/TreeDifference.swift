/// What must change on disk to get from one tree to another; equal subtrees are not even read.
struct TreeDifference {
  /// Paths of files that are no more, in the order of paths.
  private(set) var removed: [PathBytes] = []
  /// Files that are new or different, in the order of paths.
  private(set) var changed: [TreeFile] = []
  /// Directories whose `.gitattributes` differ: the bytes of any file below may.
  private(set) var reattributed: [PathBytes] = []

  /// Whether a `.gitmodules` differs, so that equal entries may stand for different submodules.
  private(set) var isRemapped = false

  private let old: ObjectSources
  private let new: ObjectSources

  /// Compares the root trees of two commits' sources.
  ///
  /// - Throws: `GitError` with `treeUnsafe`, `objectMissing` or `submoduleMissing`.
  init(from oldTree: ObjectID, of old: ObjectSources, to newTree: ObjectID, of new: ObjectSources) throws(GitError) {
    self.old = old
    self.new = new
    try compare(oldTree, 0, newTree, 0, at: [], hasAttributes: false)
  }

  private mutating func compare(
    _ oldTree: ObjectID, _ oldSource: Int, _ newTree: ObjectID, _ newSource: Int, at path: PathBytes,
    hasAttributes: Bool
  ) throws(GitError) {
    guard oldTree != newTree else { return }
    let left = try old.handle(oldSource).entries(of: oldTree, at: path)
    let right = try new.handle(newSource).entries(of: newTree, at: path)
    if left.first(where: \.isAttributes)?.id != right.first(where: \.isAttributes)?.id { reattributed.append(path) }
    if left.first(where: \.isModules)?.id != right.first(where: \.isModules)?.id { isRemapped = true }
    let hasAttributes = hasAttributes || right.contains(where: \.isAttributes)
    var (l, r) = (0, 0)
    while l < left.count || r < right.count {
      if l < left.count, r == right.count || left[l].precedes(right[r]) {
        try remove(left[l], at: path.appending(name: left[l].name), source: oldSource)
        l += 1
      } else if r < right.count, l == left.count || right[r].precedes(left[l]) {
        try add(right[r], at: path.appending(name: right[r].name), source: newSource, hasAttributes: hasAttributes)
        r += 1
      } else {
        if left[l].id != right[r].id || left[l].mode != right[r].mode {
          try change(left[l], oldSource, right[r], newSource, at: path, hasAttributes: hasAttributes)
        }
        l += 1
        r += 1
      }
    }
  }

  private mutating func change(
    _ oldEntry: TreeEntry, _ oldSource: Int, _ newEntry: TreeEntry, _ newSource: Int, at path: PathBytes,
    hasAttributes: Bool
  ) throws(GitError) {
    let path = path.appending(name: newEntry.name)
    if oldEntry.mode == .directory, newEntry.mode == .directory {
      try compare(oldEntry.id, oldSource, newEntry.id, newSource, at: path, hasAttributes: hasAttributes)
    } else if oldEntry.mode == .submodule, newEntry.mode == .submodule,
      let oldInner = try old.submodule(at: path, commit: oldEntry.id, in: oldSource),
      let newInner = try new.submodule(at: path, commit: newEntry.id, in: newSource)
    {
      let oldTree = try old.handle(oldInner).tree(of: oldEntry.id)
      let newTree = try new.handle(newInner).tree(of: newEntry.id)
      try compare(oldTree, oldInner, newTree, newInner, at: path, hasAttributes: false)
    } else {
      // A file that changes its kind or content is simply written over; only containers leave files behind.
      if oldEntry.mode.isContainer { try remove(oldEntry, at: path, source: oldSource) }
      try add(newEntry, at: path, source: newSource, hasAttributes: hasAttributes)
    }
  }

  private mutating func remove(_ entry: TreeEntry, at path: PathBytes, source: Int) throws(GitError) {
    var listing = TreeListing(old)
    try listing.add(entry, at: path, source: source, hasAttributes: false)
    removed += listing.files.map(\.path)
  }

  private mutating func add(
    _ entry: TreeEntry, at path: PathBytes, source: Int, hasAttributes: Bool
  ) throws(GitError) {
    var listing = TreeListing(new)
    try listing.add(entry, at: path, source: source, hasAttributes: hasAttributes)
    changed += listing.files
  }
}
