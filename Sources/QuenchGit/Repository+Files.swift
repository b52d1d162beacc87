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
  /// Equal for equal files and directories, whatever else the revisions hold. Paths are sorted and each counts once.
  /// `.` is the whole tree; of a path inside a submodule the whole submodule counts.
  /// - Throws: `GitError` with `pathUnknown` when the revision does not have a path, or has it only through a symbolic
  ///   link, whose own bytes say nothing of what it leads to; `objectMissing`.
  public func treeID(in revision: Revision, paths: [String]) throws -> String {
    let normal = Set(paths.map { Self.components(of: $0).joined(separator: "/") }).sorted()
    return try normal.map { path in
      if path.isEmpty { return "\(EntryMode.directory.octal) \(revision.tree) ." }
      let remedy = "git ls-tree -r --name-only \(revision.id.abbreviated)"
      guard let entry = try entry(at: path, in: revision, stoppingAt: [.submodule, .symlink]) else {
        throw GitError(.pathUnknown, "\(revision.id.abbreviated) has no \(path)", remedy: remedy)
      }
      guard entry.mode != .symlink else {
        throw GitError(
          .pathUnknown, "\(path) is, or leads through, a symbolic link at \(revision.id.abbreviated)", remedy: remedy)
      }
      return "\(entry.mode.octal) \(entry.id) \(path)"
    }.joined(separator: "\n")
  }

  /// Those of some commits that changed something at or below one of the paths: other than each of their parents have it.
  ///
  /// Paths count from the root of the repository. A merge that took one side as it was changed nothing.
  ///
  /// - Throws: `GitError` with `objectMissing`.
  public func changing(_ paths: [String], among commits: [ObjectID]) throws -> Set<ObjectID> {
    var known: [ObjectID: [TreeEntry?]] = [:]
    func content(_ id: ObjectID) throws -> [TreeEntry?] {
      if let content = known[id] { return content }
      let revision = try revision(id)
      let content = try paths.map { path in
        Self.components(of: path).isEmpty
          ? TreeEntry(name: [], mode: .directory, id: revision.tree) : try entry(at: path, in: revision)
      }
      known[id] = content
      return content
    }
    return Set(
      try commits.filter { id in
        let own = try content(id), parents = try revision(id).parents
        return parents.isEmpty
          ? own.contains { $0 != nil }
          : try parents.allSatisfy { parent in
            zip(own, try content(parent)).contains { $0?.id != $1?.id || $0?.mode != $1?.mode }
          }
      })
  }

  /// What outside a revision decides how its files are converted when they are checked out here; empty where nothing
  /// does.
  ///
  /// That is `core.autocrlf`, `core.eol` and the attribute files of the machine and the clone (gitattributes(5)).
  public var conversion: String {
    let settings = ConversionSettings(handle, try? Configuration(handle))
    return settings.isDefault ? "" : settings.fingerprint
  }

  /// - Parameter ends: what ends the walk although the path goes on.
  private func entry(
    at path: String, in revision: Revision, stoppingAt ends: Set<EntryMode> = []
  ) throws -> TreeEntry? {
    var tree = revision.tree
    var parent = PathBytes()
    let components = Self.components(of: path)
    for (number, component) in components.enumerated() {
      let entries = try handle.entries(of: tree, at: parent)
      guard let entry = entries.first(where: { $0.name.elementsEqual(component.utf8) }) else { return nil }
      if number == components.count - 1 || ends.contains(entry.mode) { return entry }
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
