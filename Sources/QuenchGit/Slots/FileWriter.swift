import Foundation

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Writes and compares single files below the tree of a slot.
///
/// For one thread at a time.
///
/// What is in the way is taken away first and the file is made anew, so that neither a symbolic nor a hard link that
/// stands there is written through.
final class FileWriter {
  private let folder: SlotFolder
  private let cursor: DirectoryCursor

  init(_ folder: SlotFolder) {
    self.folder = folder
    cursor = DirectoryCursor(root: folder.tree, shown: folder.slot.tree)
  }

  /// Puts a file with this content in place and returns its stamp.
  ///
  /// - Throws: `GitError` with `slotUnwritable`, or `lfsPointer` for a damaged content.
  func write(_ file: TreeFile, _ content: ContentReader.Content) throws -> FileStamp {
    let (directory, name) = try place(of: file, creating: true)
    guard let directory else { throw cursor.failure("open", name, ENOENT) }
    switch (file.mode, content) {
    case (.symlink, .bytes(let target)): return try link(name, to: target, in: directory)
    case (_, .bytes(let bytes)):
      return try make(name, file.mode, in: directory) { descriptor in try descriptor.writeAll(bytes) }
    case (_, .largeFile(let largeFile, let store)):
      let source = try largeFile.open(in: store, shown: file.path)
      return try source.closeAfter {
        try make(name, file.mode, in: directory) { descriptor in
          guard try FileCopy(from: source, to: descriptor).digest() == largeFile.digest else {
            throw largeFile.damaged(file.path)
          }
        }
      }
    }
  }

  /// The stamp of the directory at a path.
  ///
  /// - Parameter creating: whether to make it when it is missing.
  /// - Returns: nil when there is none.
  /// - Throws: `GitError` with `slotUnwritable`.
  func directoryStamp(_ file: TreeFile, creating: Bool) throws -> FileStamp? {
    guard let directory = try cursor.descriptor(of: file.path, creating: creating) else { return nil }
    var status = stat()
    guard fstat(directory, &status) == 0 else { throw cursor.failure("examine", []) }
    return FileStamp(status)
  }

  /// The stamp of the file at the path when it has exactly this content, kind and permissions; nil otherwise.
  ///
  /// - Throws: `GitError` with `slotUnwritable` when it cannot be read.
  func stamp(of file: TreeFile, ifEqualTo content: ContentReader.Content) throws -> FileStamp? {
    let (directory, name) = try place(of: file, creating: false)
    guard let directory, let stamp = Self.stamp(name, in: directory), stamp.fits(file.mode) else { return nil }
    if file.mode == .symlink {
      guard case .bytes(let target) = content else { return nil }
      return Self.linkTarget(name, in: directory, capacity: target.count + 1).elementsEqual(target) ? stamp : nil
    }
    let descriptor = openat(directory, name.cString, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    let existing = FileDescriptor(rawValue: descriptor)
    return try existing.closeAfter {
      switch content {
      case .bytes(let bytes):
        guard stamp.size == bytes.count else { return nil }
        return try FileBytes.read(existing).elementsEqual(bytes) ? stamp : nil
      case .largeFile(let largeFile, _):
        guard stamp.size == largeFile.size else { return nil }
        return try FileCopy(from: existing, to: nil).digest() == largeFile.digest ? stamp : nil
      }
    }
  }

  private func place(of file: TreeFile, creating: Bool) throws(GitError) -> (directory: Int32?, name: [UInt8]) {
    let parent = file.path.directory
    let name = Array(file.path[(parent.isEmpty ? 0 : parent.count + 1)...])
    return (try cursor.descriptor(of: parent, creating: creating), name)
  }

  private func make(
    _ name: [UInt8], _ mode: EntryMode, in directory: Int32, _ fill: (FileDescriptor) throws -> Void
  ) throws -> FileStamp {
    let path = name.cString
    let raw = try clearing(name, in: directory) {
      openat(directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(mode.permissions))
    }
    let descriptor = FileDescriptor(rawValue: raw)
    do {
      try fill(descriptor)
      var status = stat()
      guard fstat(raw, &status) == 0 else { throw Errno(rawValue: errno) }
      if UInt32(status.st_mode) & 0o7777 != mode.permissions {
        guard fchmod(raw, mode_t(mode.permissions)) == 0, fstat(raw, &status) == 0 else { throw Errno(rawValue: errno) }
      }
      try descriptor.close()
      return FileStamp(status)
    } catch {
      try? descriptor.close()
      guard let number = error as? Errno else { throw error }
      throw cursor.failure("write", name, number.rawValue)
    }
  }

  private func link(_ name: [UInt8], to target: UnsafeRawBufferPointer, in directory: Int32) throws -> FileStamp {
    let (path, target) = (name.cString, Array(target).cString)
    _ = try clearing(name, in: directory) { symlinkat(target, directory, path) }
    guard let stamp = Self.stamp(name, in: directory) else { throw cursor.failure("examine", name) }
    return stamp
  }

  /// Tries a call that makes something, and takes away what stands in its place.
  private func clearing(_ name: [UInt8], in directory: Int32, _ make: () -> Int32) throws -> Int32 {
    var result = make()
    if result < 0, errno == EEXIST {
      try cursor.remove(name, in: directory)
      result = make()
    }
    guard result >= 0 else { throw cursor.failure("write", name) }
    return result
  }

  private static func stamp(_ name: [UInt8], in directory: Int32) -> FileStamp? {
    var status = stat()
    return fstatat(directory, name.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 ? FileStamp(status) : nil
  }

  private static func linkTarget(_ name: [UInt8], in directory: Int32, capacity: Int) -> [UInt8] {
    var target = [CChar](repeating: 0, count: capacity)
    let length = readlinkat(directory, name.cString, &target, capacity)
    return target.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }
  }
}

extension [UInt8] {
  /// The bytes for a system call, with a zero at the end.
  var cString: [CChar] {
    var characters: [CChar] = []
    characters.reserveCapacity(count + 1)
    for byte in self { characters.append(CChar(bitPattern: byte)) }
    characters.append(0)
    return characters
  }
}
