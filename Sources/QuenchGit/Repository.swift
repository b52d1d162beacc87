internal import CGit2

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A git repository on this machine, read through libgit2.
///
/// Nothing here changes what the repository holds but its notes, runs a hook or a filter driver; only the exchange of
/// notes with a remote runs git, and talks to a network.
/// libgit2 wants an object used by one thread at a time (its threading guide), so the handle never leaves the actor, and
/// the actor has a queue of its own: reading never holds up the process's other tasks.
public actor Repository {
  /// The git directory: of a linked worktree its own, below the main one's `worktrees`.
  public nonisolated let gitDirectory: FilePath
  /// The git directory that all linked worktrees share.
  public nonisolated let commonDirectory: FilePath
  /// The root of the working tree; nil for a bare repository.
  public nonisolated let workDirectory: FilePath?
  /// Whether the repository has no working tree.
  public nonisolated var isBare: Bool { workDirectory == nil }

  nonisolated let location: RepositoryHandle.Location
  let handle: RepositoryHandle
  private let queue = LibraryQueue()
  private var history: (boundary: Set<ObjectID>, graph: CommitGraph)?

  /// The queue that runs this actor.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  /// Opens the repository that contains `path`: its working tree, a folder inside, a linked worktree or a bare one.
  ///
  /// - Throws: `GitError` with `repositoryNotFound`, `repositoryForeign` or `repositoryUnsupported`.
  public init(containing path: FilePath) throws {
    handle = try RepositoryHandle(discoveringFrom: path)
    location = handle.location
    gitDirectory = handle.gitDirectory
    commonDirectory = handle.commonDirectory
    workDirectory = handle.workDirectory
  }

  /// Whether the history is cut off, as `git clone --depth` does.
  public var isShallow: Bool { !handle.shallowBoundary.isEmpty }

  /// The commits seen so far; begun anew when the clone was deepened in between.
  var graph: CommitGraph {
    let boundary = handle.shallowBoundary
    if let history, history.boundary == boundary { return history.graph }
    let graph = CommitGraph(handle, boundary: boundary)
    history = (boundary, graph)
    return graph
  }

  func revision(_ id: ObjectID) throws -> Revision {
    try Revision(id, in: handle, boundary: handle.shallowBoundary)
  }

  func revisions(_ ids: [ObjectID]) throws -> [Revision] {
    let boundary = handle.shallowBoundary
    return try ids.map { try Revision($0, in: handle, boundary: boundary) }
  }
}
