import Foundation

/// What the file system says of a file, which changes when its content does.
struct FileStamp: Sendable, Equatable {
  /// The file type and permission bits.
  let mode: UInt32
  /// In bytes.
  let size: Int64
  /// The last change of the content, in nanoseconds since 1970.
  let modified: Int64
  /// The last change of the content or of anything else but the name, in nanoseconds since 1970; it cannot be set back.
  let changed: Int64
  let inode: UInt64

  init(_ status: stat) {
    mode = UInt32(status.st_mode)
    size = Int64(status.st_size)
    inode = UInt64(status.st_ino)
    #if os(Linux)
      modified = Self.nanoseconds(status.st_mtim)
      changed = Self.nanoseconds(status.st_ctim)
    #else
      modified = Self.nanoseconds(status.st_mtimespec)
      changed = Self.nanoseconds(status.st_ctimespec)
    #endif
  }

  init(mode: UInt32, size: Int64, modified: Int64, changed: Int64, inode: UInt64) {
    self.mode = mode
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }

  /// Now, in the clock that stamps files.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return nanoseconds(time)
  }

  var isRegularFile: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  var isDirectory: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
  var isSymlink: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFLNK) }

  /// Whether the kind of file and its permissions are those an entry is written with.
  func fits(_ mode: EntryMode) -> Bool {
    switch mode {
    case .file, .executable: isRegularFile && self.mode & 0o7777 == mode.permissions
    case .symlink: isSymlink
    case .directory, .submodule: isDirectory
    }
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

extension EntryMode {
  /// The permissions a file is written with, whatever the umask: a build must not depend on it.
  var permissions: UInt32 { self == .executable ? 0o755 : 0o644 }
}
