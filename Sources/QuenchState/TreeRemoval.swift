import Foundation
import SystemPackage

/// Removes what commands left behind: folders that not even their owner can write, names that are no text, folders inside
/// each other without end.
public enum TreeRemoval {
  /// Removes a file, or a folder with all in it; links are removed, never followed.
  ///
  /// - Returns: whether it was there and is gone.
  @discardableResult public static func remove(_ path: FilePath) -> Bool {
    guard let name = path.lastComponent else { return false }
    let bytes = name.withPlatformString {
      UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) }
    }
    let folder = path.removingLastComponent()
    let parent = (folder.isEmpty ? "." : folder).withPlatformString { open($0, Self.access | O_DIRECTORY | O_CLOEXEC) }
    guard parent >= 0 else { return false }
    defer { close(parent) }
    var status = stat()
    guard fstatat(parent, terminated(bytes), &status, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
    return (try? remove(bytes, in: parent)) != nil
  }

  /// Removes the entry of a folder, and all in it, whether it is there or not.
  ///
  /// However deep it is, few descriptors are open at a time: what is deeper than they reach is moved up and removed next.
  ///
  /// - Parameters:
  ///   - name: the entry's name, as the bytes it is.
  ///   - directory: a descriptor of the folder it is in.
  /// - Throws: `Errno`.
  public static func remove(_ name: [UInt8], in directory: Int32) throws(Errno) {
    var waiting = [name]
    while let next = waiting.popLast() {
      try remove(next, in: directory, depth: 0, top: directory, waiting: &waiting)
    }
  }

  private static let deepest = 64

  #if os(Linux)
    // O_PATH, which the C library's headers hide from Swift: the folder above need not be one that can be listed.
    private static let access: Int32 = 0o10_000_000
  #else
    private static let access = O_RDONLY
  #endif

  private static func remove(
    _ name: [UInt8], in directory: Int32, depth: Int, top: Int32, waiting: inout [[UInt8]]
  ) throws(Errno) {
    let name = terminated(name)
    if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
    // What POSIX calls EPERM for a folder is EISDIR on Linux.
    guard errno == EISDIR || errno == EPERM else { throw Errno(rawValue: errno) }
    var inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if inner < 0, errno == EACCES {
      // It is a folder, so that this does not follow a link.
      fchmodat(directory, name, 0o700, 0)
      inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    guard inner >= 0 else { throw Errno(rawValue: errno) }
    defer { close(inner) }
    fchmod(inner, 0o700)
    if depth == deepest {
      let aside = Array(".quench-removing-\(UInt64.random(in: .min ... .max))".utf8)
      guard renameat(directory, name, top, terminated(aside)) == 0 else { throw Errno(rawValue: errno) }
      return waiting.append(aside)
    }
    for entry in try DirectoryNames.list(inner) {
      try remove(entry, in: inner, depth: depth + 1, top: top, waiting: &waiting)
    }
    guard unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
  }

  private static func terminated(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }
}
