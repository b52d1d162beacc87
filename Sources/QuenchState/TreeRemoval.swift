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
    return (try? files.removeItem(atPath: path.string)) != nil
  }

  /// Has a folder and all folders below it readable and writable for their owner.
  private static func open(_ folder: FilePath) {
    var status = stat()
    guard lstat(folder.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
    fchmodat(AT_FDCWD, folder.string, 0o700, AT_SYMLINK_NOFOLLOW)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? [] {
      open(folder.appending(name))
    }
  }
}
