internal import CGit2
import Foundation

/// One line of a tree object.
struct TreeEntry {
  let name: [UInt8]
  let mode: EntryMode
  let id: ObjectID

  /// Whether this entry's files come before the other's in the order of full paths.
  ///
  /// A container counts as `name/`. git's own trees are sorted like this but for submodules.
  func precedes(_ other: TreeEntry) -> Bool {
    let common = min(name.count, other.name.count)
    for index in 0..<common where name[index] != other.name[index] { return name[index] < other.name[index] }
    return next(after: common) < other.next(after: common)
  }

  private func next(after common: Int) -> Int {
    if common < name.count { return Int(name[common]) }
    return mode.isContainer ? Int(PathBytes.separator) : -1
  }
}

extension RepositoryHandle {
  /// The entries of a tree, checked, in the order of full paths.
  ///
  /// - Parameter path: where the tree stands, for messages.
  /// - Throws: `GitError` with `treeUnsafe` for a tree that must not be written to disk, `objectMissing`.
  func entries(of tree: ObjectID, at path: PathBytes) throws(GitError) -> [TreeEntry] {
    var oid = tree.git
    let object: OpaquePointer
    do {
      object = try Libgit2.obtain("read tree \(tree)") { git_tree_lookup(&$0, pointer, &oid) }
    } catch {
      throw missing(tree, "tree", error)
    }
    defer { git_tree_free(object) }
    let count = git_tree_entrycount(object)
    var entries: [TreeEntry] = []
    entries.reserveCapacity(count)
    for index in 0..<count {
      guard let entry = git_tree_entry_byindex(object, index), let name = git_tree_entry_name(entry),
        let id = git_tree_entry_id(entry)
      else { continue }
      let bytes = [UInt8](UnsafeRawBufferPointer(start: name, count: strlen(name)))
      let raw = UInt32(git_tree_entry_filemode_raw(entry).rawValue)
      if let refusal = EntryName.refusal(of: bytes) { throw unsafe(path.appending(name: bytes), refusal) }
      guard let mode = EntryMode(raw: raw) else {
        throw unsafe(path.appending(name: bytes), "the unknown mode \(String(raw, radix: 8))")
      }
      let next = TreeEntry(name: bytes, mode: mode, id: ObjectID(id.pointee))
      entries.append(next)
    }
    let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.precedes($1) }
    if !isSorted { entries.sort { $0.precedes($1) } }
    if let twin = repeatedName(in: entries) { throw unsafe(path.appending(name: twin), "the same name twice") }
    return entries
  }

  /// A file and a directory of one name are not neighbours in the order of paths, hence the second look.
  private func repeatedName(in entries: [TreeEntry]) -> [UInt8]? {
    for (entry, next) in zip(entries, entries.dropFirst()) where entry.name == next.name { return entry.name }
    let containers = entries.filter(\.mode.isContainer)
    guard !containers.isEmpty, containers.count < entries.count else { return nil }
    let names = Set(containers.map(\.name))
    return entries.first { !$0.mode.isContainer && names.contains($0.name) }?.name
  }

  private func unsafe(_ path: PathBytes, _ what: String) -> GitError {
    GitError(
      .treeUnsafe, "'\(path.text.filter { !$0.isNewline })' is refused: its tree has \(what)",
      remedy: "git fsck --strict shows the commit that brought it; test a revision without it")
  }
}
