#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A directory that holds the files of one revision at a time and is reused for the next.
///
/// `tree/` has the files; `state.json` and `index` beside it say what they are. What a build leaves in `tree` stays from
/// one revision to the next, so that builds are incremental. Code that is not trusted may be allowed to write below
/// ``tree`` but not to the slot itself. Only one caller at a time may use a slot: locking is up to the callers.
public struct Slot: Sendable, Hashable {
  /// The slot's own directory; made when it is first used.
  public let path: FilePath

  /// The slot at `path`.
  public init(_ path: FilePath) { self.path = path }

  /// The root of the revision's files.
  public var tree: FilePath { path.appending("tree") }
}
