import Foundation
import QuenchState
import Synchronization

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// What was taken out of a slot's files, and can be put back where it was.
///
/// It lies beside the files, where no command that runs in the slot reaches it, and is gone for the next one who takes
/// something out.
public final class SetAside: Sendable {
  private let slot: Slot
  private let folder: FilePath
  /// The paths that things were at; each is in the folder under its number.
  private let taken = Mutex<[PathBytes]>([])

  /// Makes room in a slot.
  public init(in slot: Slot) {
    self.slot = slot
    folder = slot.path.appending("aside")
    TreeRemoval.remove(folder)
    mkdir(folder.string, 0o700)
  }

  /// Takes an entry of a directory; says whether it is taken.
  func take(_ path: PathBytes, _ name: [UInt8], from directory: Int32) -> Bool {
    taken.withLock { taken in
      let target = folder.appending(String(taken.count))
      guard renameat(directory, name.cString, AT_FDCWD, target.string) == 0 else { return false }
      taken.append(path)
      return true
    }
  }

  /// Puts all back, in place of what came there meanwhile.
  ///
  /// - Throws: `GitError` with `slotUnwritable`, also when the slot's files cannot be reached.
  public func putBack() throws {
    let opened = try SlotFolder(slot)
    defer { withExtendedLifetime(opened) {} }
    let cursor = DirectoryCursor(root: opened.tree, shown: slot.tree)
    for (number, path) in taken.withLock(\.self).enumerated() {
      guard let directory = try cursor.descriptor(of: path.directory, creating: false) else { continue }
      let name = Array(path[(path.directory.isEmpty ? 0 : path.directory.count + 1)...])
      try cursor.remove(name, in: directory)
      guard renameat(AT_FDCWD, folder.appending(String(number)).string, directory, name.cString) == 0 else {
        throw cursor.failure("put back", name, errno)
      }
    }
  }

  /// Removes what was taken out and not put back.
  public func remove() { TreeRemoval.remove(folder) }
}
