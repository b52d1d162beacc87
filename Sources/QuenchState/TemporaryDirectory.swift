import Foundation
import Synchronization
import SystemPackage

/// A private folder for temporary files, with a path short enough for sockets (104 bytes on some systems).
///
/// All of a process stand in one folder, which goes with the last of them, or with the next ``sweep()`` when the process
/// was killed.
public struct TemporaryDirectory: Sendable {
  /// The folder.
  public let path: FilePath

  /// Makes a new folder that only its owner can enter, for no longer than this process runs.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  public init() throws(StateError) {
    path = try Self.ofThisProcess.withLock { own throws(StateError) in
      while true {
        let folder: TemporaryRoot.Claimed
        if let claimed = own.folder {
          folder = claimed
        } else {
          folder = try TemporaryRoot.standard.claim()
          own.folder = folder
        }
        own.count += 1
        let path = folder.path.appending("\(own.count)")
        if mkdir(path.string, 0o700) == 0 { return path }
        let error = Errno(rawValue: errno)
        own.folder = nil
        // Whoever tidies up /tmp may have removed this process's folder.
        guard error == .noSuchFileOrDirectory else {
          throw StateError(.unwritable, "cannot make the temporary folder \(path)", cause: error)
        }
      }
    }
  }

  /// Makes a new folder that only its owner can enter, and that stays until it is removed.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  public static func lasting() throws(StateError) -> TemporaryDirectory {
    TemporaryDirectory(existing: try TemporaryRoot.standard.makeLasting())
  }

  /// Names a folder made earlier.
  public init(existing path: FilePath) {
    self.path = path
  }

  /// Makes a folder that was made earlier again, where the machine has lost it meanwhile.
  ///
  /// - Throws: `StateError` with code `state-unwritable`, also when somebody else made one of its name.
  public func restore() throws(StateError) {
    TemporaryRoot(around: path)?.make()
    guard mkdir(path.string, 0o700) != 0 else { return }
    let error = Errno(rawValue: errno)
    guard error == .fileExists, TemporaryRoot.isOwn(path) else {
      throw StateError(.unwritable, "cannot make the temporary folder \(path)", cause: error)
    }
  }

  /// Removes the folder and all in it.
  public func remove() {
    TreeRemoval.remove(path)
    let parent = path.removingLastComponent()
    let root = Self.ofThisProcess.withLock { own in
      guard let folder = own.folder, folder.path == parent else { return TemporaryRoot(around: path) }
      // As long as there are others in it this fails.
      guard rmdir(parent.string) == 0 else { return nil }
      own.folder = nil
      return TemporaryRoot(around: parent)
    }
    root?.removeIfEmpty()
  }

  /// Removes the folders of processes that were killed before they could.
  public static func sweep() {
    for base in Set([TemporaryRoot.standard.base, TemporaryRoot.fallback]) { TemporaryRoot(base: base).sweep() }
  }

  private struct Own: Sendable {
    var folder: TemporaryRoot.Claimed?
    var count = 0
  }

  private static let ofThisProcess = Mutex(Own())
}
