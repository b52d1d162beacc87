import Foundation
import SystemPackage

/// Removes what commands left behind, which may be folders that not even their owner can write.
public enum TreeRemoval {
  /// Removes a file, or a folder with all in it; links are removed, never followed.
  ///
  /// - Returns: whether it was there and is gone.
  @discardableResult public static func remove(_ path: FilePath) -> Bool {
    let files = FileManager.default
    if (try? files.removeItem(atPath: path.string)) != nil { return true }
    open(path)
    if let walk = files.enumerator(atPath: path.string) {
      for case let name as String in walk where walk.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
        open(path.appending(name))
      }
    }
    return (try? files.removeItem(atPath: path.string)) != nil
  }

  private static func open(_ folder: FilePath) { fchmodat(AT_FDCWD, folder.string, 0o700, AT_SYMLINK_NOFOLLOW) }
}
