import Foundation
import SystemPackage

/// The user's own folder among the temporary files, which are everybody's: it is trusted only as long as nobody else can
/// write it.
struct TemporaryRoot: Sendable {
  /// The folder for temporary files.
  let base: FilePath

  static let fallback: FilePath = "/tmp"

  /// Where `TMPDIR` says, unless that makes paths too long for sockets.
  static let standard: TemporaryRoot = {
    let root = TemporaryRoot(base: FilePath(FileManager.default.temporaryDirectory.path))
    return root.path.string.utf8.count < 45 ? root : TemporaryRoot(base: fallback)
  }()

  init(base: FilePath) { self.base = base }

  /// The root that something stands in.
  init?(around path: FilePath) {
    let parent = path.removingLastComponent()
    self.init(base: parent.removingLastComponent())
    guard self.path == parent else { return nil }
  }

  var path: FilePath { base.appending("quench-\(geteuid())") }

  /// A folder that is known to be used for as long as its lock is held.
  struct Claimed: Sendable {
    let path: FilePath
    let lock: FileLock.Held
  }

  /// Makes a folder that nobody sweeps while this process runs.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  func claim() throws(StateError) -> Claimed {
    while true {
      let path = try makeFolder("XXXXXX")
      // Between the two, a sweep may have taken it for left behind.
      if let lock = Self.lock(path), FileManager.default.fileExists(atPath: path.string) {
        return Claimed(path: path, lock: lock)
      }
    }
  }

  private static let lasting = "kept-"

  /// Makes a folder that is never swept.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  func makeLasting() throws(StateError) -> FilePath { try makeFolder("\(Self.lasting)XXXXXX") }

  func sweep() {
    guard Self.isOwn(path) else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? []
    where !name.hasPrefix(Self.lasting) {
      let folder = path.appending(name)
      guard let lock = Self.lock(folder) else { continue }
      TreeRemoval.remove(folder)
      withExtendedLifetime(lock) {}
    }
    removeIfEmpty()
  }

  func make() { mkdir(path.string, 0o700) }

  func removeIfEmpty() { rmdir(path.string) }

  /// Whether a path is a folder, no link, that is this user's alone.
  static func isOwn(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
      && status.st_mode & 0o077 == 0
  }

  private func makeFolder(_ template: String) throws(StateError) -> FilePath {
    while true {
      make()
      // Where another user was first, the folder stands by itself under a name that cannot be foreseen.
      let isOwn = Self.isOwn(path)
      let parent = isOwn ? path : base
      var name = Array(parent.appending(isOwn ? template : "quench-XXXXXX").string.utf8CString)
      if let made = mkdtemp(&name) { return FilePath(String(cString: made)) }
      let error = Errno(rawValue: errno)
      // The last of another process took the empty root along.
      if isOwn, error == .noSuchFileOrDirectory { continue }
      throw StateError(.unwritable, "cannot make a temporary folder in \(parent)", cause: error)
    }
  }

  /// The lock of a folder, which is the folder itself; nil while somebody else holds it.
  private static func lock(_ folder: FilePath) -> FileLock.Held? {
    guard
      let descriptor = try? FileDescriptor.open(
        folder, .readOnly, options: [.directory, .noFollow, .closeOnExec])
    else { return nil }
    let held = FileLock.Held(descriptor)
    return flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 ? held : nil
  }
}
