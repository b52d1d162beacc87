import Foundation

extension Repository {
  /// The content of a file at a revision, as it is stored; nil when the revision does not have the path.
  ///
  /// - Throws: `GitError` with `pathNotFile` when something else than a file stands there, `objectMissing`.
  public func file(at path: String, in revision: Revision) throws -> Data? {
    guard let entry = try entry(at: path, in: revision) else { return nil }
    guard entry.mode == .file || entry.mode == .executable else {
      throw GitError(
        .pathNotFile, "\(path) is not a regular file at \(revision.id.abbreviated)",
        remedy: "git ls-tree \(revision.id.abbreviated) -- '\(path)'")
    }
    return Data(try handle.blob(entry.id))
  }

  /// What a revision has at several paths, as lines of mode, object id and path.
  ///
  /// Equal for equal files and directories, whatever else the revisions hold. Paths are sorted and each counts once; a
  /// missing one is the line `absent` and its path. `.` is the whole tree.
  /// - Throws: `GitError` with `objectMissing`.
  public func treeID(in revision: Revision, paths: [String]) throws -> String {
    let normal = Set(paths.map { Self.components(of: $0).joined(separator: "/") }).sorted()
    return try normal.map { path in
      if path.isEmpty { return "\(EntryMode.directory.octal) \(revision.tree) ." }
      guard let entry = try entry(at: path, in: revision) else { return "absent \(path)" }
      return "\(entry.mode.octal) \(entry.id) \(path)"
    }.joined(separator: "\n")
  }

  private func entry(at path: String, in revision: Revision) throws -> TreeEntry? {
    var tree = revision.tree
    var parent = PathBytes()
    let components = Self.components(of: path)
    for (number, component) in components.enumerated() {
      let entries = try handle.entries(of: tree, at: parent)
      guard let entry = entries.first(where: { $0.name.elementsEqual(component.utf8) }) else { return nil }
      if number == components.count - 1 { return entry }
      guard entry.mode == .directory else { return nil }
      tree = entry.id
      parent = parent.appending(name: component.utf8)
    }
    return nil
  }

  /// The components of a path relative to the root; `.` and doubled separators do not count.
  private static func components(of path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map(String.init)
  }
}
