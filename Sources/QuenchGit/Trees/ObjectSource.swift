internal import CGit2

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A repository that a slot's files come from: the main one, or a submodule at its recorded commit.
struct ObjectSource: Sendable {
  let location: RepositoryHandle.Location
  /// The commit whose tree is written, and whose `.gitattributes` count.
  let commit: ObjectID
  /// Where its tree stands in the slot; empty for the main repository.
  let prefix: PathBytes
  let conversion: ConversionSettings
  /// Where Git LFS keeps the contents it has fetched.
  let largeFiles: FilePath
}

/// The sources of one slot, opened as submodules are met.
///
/// For one thread at a time.
final class ObjectSources {
  private(set) var list: [ObjectSource] = []
  private var handles: [RepositoryHandle] = []
  private var numbers: [PathBytes: [ObjectID: Int]] = [:]

  /// Begins with the main repository as source 0.
  init(_ handle: RepositoryHandle, commit: ObjectID) {
    add(handle, commit: commit, prefix: [])
  }

  /// Begins with the main repository at another commit, with the settings that were read before.
  init(_ other: ObjectSources, commit: ObjectID) {
    let main = other.list[0]
    add(
      other.handles[0],
      ObjectSource(
        location: main.location, commit: commit, prefix: [], conversion: main.conversion, largeFiles: main.largeFiles))
  }

  func handle(_ source: Int) -> RepositoryHandle { handles[source] }

  /// The source for the submodule that `parent` records at `path`; nil when the tree has no submodule configured there.
  ///
  /// - Throws: `GitError` with `submoduleMissing` when its commit is not present locally.
  func submodule(at path: PathBytes, commit: ObjectID, in parent: Int) throws(GitError) -> Int? {
    if let known = numbers[path]?[commit] { return known }
    let inner = path.dropFirst(list[parent].prefix.isEmpty ? 0 : list[parent].prefix.count + 1)
    let locator = SubmoduleLocator(parent: handles[parent], commit: list[parent].commit)
    guard let handle = try locator.handle(for: Array(inner), commit: commit, shown: path) else { return nil }
    return add(handle, commit: commit, prefix: path)
  }

  @discardableResult
  private func add(_ handle: RepositoryHandle, commit: ObjectID, prefix: PathBytes) -> Int {
    let configuration = try? Configuration(handle)
    return add(
      handle,
      ObjectSource(
        location: handle.location, commit: commit, prefix: prefix,
        conversion: ConversionSettings(handle, configuration),
        largeFiles: LargeFile.directory(of: handle, configuration)))
  }

  @discardableResult
  private func add(_ handle: RepositoryHandle, _ source: ObjectSource) -> Int {
    list.append(source)
    handles.append(handle)
    numbers[source.prefix, default: [:]][source.commit] = list.count - 1
    return list.count - 1
  }
}

extension RepositoryHandle {
  /// The tree of a commit.
  ///
  /// - Throws: `GitError` with `objectMissing`.
  func tree(of commit: ObjectID) throws(GitError) -> ObjectID {
    let object = try self.commit(commit)
    defer { git_commit_free(object) }
    return ObjectID(git_commit_tree_id(object).pointee)
  }
}
