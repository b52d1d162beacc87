import CLaunch
import Foundation
import QuenchBuild
import QuenchState
import SystemPackage

/// Copies of folders that share their blocks where the file system can, and are bytewise copies elsewhere.
enum DirectoryCopy {
  /// Copies the folder or file at `source` to `destination`, which must not exist.
  ///
  /// Modes and times are kept, symbolic links stay links; sockets, pipes and devices are left out.
  ///
  /// - Parameter excluded: something below `source` that is left out.
  /// - Throws: `Errno` of the first operation that failed.
  static func copy(_ source: FilePath, to destination: FilePath, leavingOut excluded: FilePath? = nil) throws {
    if source == excluded { return }
    let status = try FolderListing.status(of: source)
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      try check(destination) { mkdir($0, 0o700) }
      for name in try FolderListing.names(in: source) {
        try copy(source.appending(name), to: destination.appending(name), leavingOut: excluded)
      }
    case S_IFREG:
      try copyFile(source, to: destination)
    case S_IFLNK:
      let target = try FolderListing.target(of: source).map { CChar(bitPattern: $0) } + [0]
      return try check(destination) { symlink(target, $0) }
    default:
      return
    }
    try check(destination) { chmod($0, status.st_mode & 0o7777) }
    var times = [status.st_atim, status.st_mtim]
    destination.withPlatformString { path in
      // Only root may give files away; for everyone else they are their own already.
      _ = lchown(path, status.st_uid, status.st_gid)
      utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
    }
  }

  /// Makes a system call on a path, whose bytes may be no text.
  private static func check(_ path: FilePath, _ call: (UnsafePointer<CChar>) -> Int32) throws(Errno) {
    guard path.withPlatformString({ call($0) }) == 0 else { throw Errno(rawValue: errno) }
  }

  private static func copyFile(_ source: FilePath, to destination: FilePath) throws {
    let input = try FileDescriptor.open(source, .readOnly, options: [.closeOnExec, .noFollow])
    defer { try? input.close() }
    let output = try FileDescriptor.open(
      destination, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
    defer { try? output.close() }
    if quench_reflink(input.rawValue, output.rawValue) == 0 { return }
    try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
      while true {
        let count = try input.read(into: buffer)
        if count == 0 { return }
        try output.writeAll(buffer[..<count])
      }
    }
  }

  /// Makes sure that no folder on the way from `root` down to `path` is a link, which would lead what is written there
  /// to elsewhere.
  ///
  /// - Throws: `Errno` when a link cannot be removed.
  static func removeLinks(from root: FilePath, to path: FilePath) throws {
    var relative = path
    guard relative.removePrefix(root) else { return }
    var current = root
    for component in relative.components {
      current.append(component)
      var status = stat()
      guard lstat(current.string, &status) == 0 else { return }
      if status.st_mode & S_IFMT == S_IFLNK, unlink(current.string) != 0 { throw Errno(rawValue: errno) }
    }
  }

  /// Makes `destination` hold what `source` does, or nothing, whatever it held before.
  ///
  /// The folder itself is kept, for a process may stand in it.
  ///
  /// - Throws: `Errno`, or what the file manager says.
  static func replaceContents(of destination: FilePath, by source: FilePath?) throws {
    try empty(destination)
    guard let source else { return }
    for name in try FolderListing.names(in: source) {
      try copy(source.appending(name), to: destination.appending(name))
    }
  }

  /// Moves all that is in `source` to `destination`, which loses what it held, and removes `source`.
  ///
  /// - Throws: as ``replaceContents(of:by:)``.
  static func moveContents(of source: FilePath, replacing destination: FilePath) throws {
    try empty(destination)
    for name in try FolderListing.names(in: source) {
      try check(source.appending(name)) { old in destination.appending(name).withPlatformString { rename(old, $0) } }
    }
    TreeRemoval.remove(source)
  }

  /// Lets the owner write a folder and all that is in it; links stay as they are.
  ///
  /// - Throws: `Errno`, or what the file manager says.
  static func makeWritable(_ path: FilePath) throws {
    var status = stat()
    guard lstat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    guard isFolder || status.st_mode & S_IFMT == S_IFREG else { return }
    guard chmod(path.string, status.st_mode & 0o7777 | 0o200) == 0 else { throw Errno(rawValue: errno) }
    guard isFolder else { return }
    for name in try FileManager.default.contentsOfDirectory(atPath: path.string) {
      try makeWritable(path.appending(name))
    }
  }

  private static func empty(_ folder: FilePath) throws {
    let files = FileManager.default
    var status = stat()
    if lstat(folder.string, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR {
      try? files.removeItem(atPath: folder.string)
      try files.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    }
    chmod(folder.string, status.st_mode & S_IFMT == S_IFDIR ? status.st_mode & 0o7777 | 0o700 : 0o755)
    for name in try FolderListing.names(in: folder) {
      guard TreeRemoval.remove(folder.appending(name)) else { throw Errno.permissionDenied }
    }
  }
}
