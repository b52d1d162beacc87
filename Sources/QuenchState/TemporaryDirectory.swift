import Foundation
import SystemPackage

/// A private folder for temporary files, with a path short enough for sockets (104 bytes on some systems).
public struct TemporaryDirectory: Sendable {
  /// The folder.
  public let path: FilePath

  /// Makes a new folder that only its owner can enter.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  public init() throws(StateError) {
    let base = FilePath(FileManager.default.temporaryDirectory.path)
    let parent = base.string.utf8.count > 40 ? FilePath("/tmp") : base
    var template = Array(parent.appending("quench-XXXXXX").string.utf8CString)
    guard let made = mkdtemp(&template) else {
      throw StateError(.unwritable, "cannot make a temporary folder in \(parent)", cause: Errno(rawValue: errno))
    }
    path = FilePath(String(cString: made))
  }

  /// Names a folder made earlier.
  public init(existing path: FilePath) {
    self.path = path
  }

  /// Removes the folder and all in it.
  public func remove() {
    try? FileManager.default.removeItem(atPath: path.string)
  }
}
