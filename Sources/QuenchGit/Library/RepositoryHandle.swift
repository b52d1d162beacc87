internal import CGit2

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// An open `git_repository`, for one thread at a time.
///
/// It is not Sendable on purpose: whoever needs one on another thread opens it again from its `location`.
final class RepositoryHandle {
  /// Where a repository is, so that any thread can open it.
  struct Location: Sendable, Hashable {
    let gitDirectory: FilePath
    /// Nil for a bare repository.
    let workDirectory: FilePath?

    /// The directory that people know the repository by.
    var path: FilePath { workDirectory ?? gitDirectory }
  }

  let pointer: OpaquePointer
  let location: Location
  let commonDirectory: FilePath

  /// Opens the repository that contains `path`, looking upwards from there, if its owner is trusted.
  ///
  /// - Throws: `GitError` with `repositoryNotFound`, `repositoryForeign` or `repositoryUnsupported`.
  convenience init(discoveringFrom path: FilePath) throws(GitError) { try self.init(path, flags: 0) }

  /// Opens the repository whose working tree or git directory is exactly `path`, if its owner is trusted.
  ///
  /// - Throws: as for discovery.
  convenience init(exactlyAt path: FilePath) throws(GitError) {
    try self.init(path, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
  }

  /// Opens the git directory of a submodule, if its owner is trusted, whether or not it is checked out.
  ///
  /// - Throws: as for discovery.
  convenience init(gitDirectory: FilePath, workDirectory: FilePath?) throws(GitError) {
    let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_BARE.rawValue
    try self.init(gitDirectory, flags: flags, workDirectory: workDirectory)
  }

  /// Opens a repository that was opened and trusted before, for its objects alone.
  ///
  /// It is opened as if bare, with an empty index, because libgit2 looks for attributes in the working tree and in the
  /// index before it looks in the commit it is told to take them from.
  /// - Throws: `GitError` with `repositoryNotFound`.
  init(objectsOf location: Location) throws(GitError) {
    Libgit2.start()
    pointer = try Libgit2.obtain("open the repository at \(location.gitDirectory)") {
      git_repository_open_bare(&$0, location.gitDirectory.string)
    }
    self.location = location
    commonDirectory = Self.path(git_repository_commondir(pointer)) ?? location.gitDirectory
    let index = try Libgit2.obtain("make an empty index") { git_index_new(&$0) }
    defer { git_index_free(index) }
    try Libgit2.check("set an empty index", git_repository_set_index(pointer, index))
  }

  private init(_ path: FilePath, flags: UInt32, workDirectory: FilePath? = nil) throws(GitError) {
    Libgit2.start()
    do {
      pointer = try Libgit2.obtain("open the repository at \(path)") {
        git_repository_open_ext(&$0, path.string, flags, nil)
      }
    } catch {
      throw error.explained(opening: path)
    }
    location = Location(
      gitDirectory: Self.path(git_repository_path(pointer)) ?? path,
      workDirectory: Self.path(git_repository_workdir(pointer)) ?? workDirectory)
    commonDirectory = Self.path(git_repository_commondir(pointer)) ?? location.gitDirectory
  }

  deinit { git_repository_free(pointer) }

  var gitDirectory: FilePath { location.gitDirectory }
  var workDirectory: FilePath? { location.workDirectory }

  /// The commits at which a shallow clone's history was cut; empty for a full clone.
  ///
  /// `shallow` in the common directory has one object id a line (gitrepository-layout(5)); libgit2 does not follow it.
  var shallowBoundary: Set<ObjectID> {
    guard let bytes = try? FileBytes.read(commonDirectory.appending("shallow")) else { return [] }
    return Set(String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { ObjectID($0) })
  }

  /// The working tree or bare repository that contains `path`, found without opening it.
  fileprivate static func root(containing path: FilePath) -> FilePath {
    var buffer = git_buf()
    guard git_repository_discover(&buffer, path.string, 0, nil) == 0, let found = buffer.ptr else { return path }
    defer { git_buf_dispose(&buffer) }
    let directory = FilePath(String(cString: found))
    return directory.lastComponent?.string == ".git" ? directory.removingLastComponent() : directory
  }

  private static func path(_ text: UnsafePointer<CChar>?) -> FilePath? {
    text.map { FilePath(String(cString: $0)) }
  }
}

extension GitError {
  fileprivate func explained(opening path: FilePath) -> GitError {
    guard let failure = cause as? LibraryFailure else { return self }
    // Without any safe.directory libgit2 1.5 reports that as missing, instead of the owner.
    if failure.status == GIT_EOWNER.rawValue || failure.text.contains("safe.directory") {
      let owned = RepositoryHandle.root(containing: path)
      return GitError(
        .repositoryForeign, "\(owned) belongs to another user, so its git configuration is not trusted",
        remedy: "git config --global --add safe.directory \(owned)", cause: failure)
    }
    if failure.status == GIT_ENOTFOUND.rawValue {
      return GitError(
        .repositoryNotFound, "\(path) is not in a git repository",
        remedy: "name one with --repository PATH, or make one: git init", cause: failure)
    }
    if failure.text.contains("unsupported") || failure.text.contains("extension") {
      return GitError(
        .repositoryUnsupported, "the repository at \(path) has a format that libgit2 cannot read",
        remedy: "clone it anew with the default object and reference format: git clone URL", cause: failure)
    }
    return GitError(
      .repositoryNotFound, "the repository at \(path) cannot be opened", remedy: "git -C \(path) status",
      cause: failure)
  }
}
