import Foundation
import SystemPackage

/// The names in a folder, as the bytes they are.
public enum FolderListing {
  /// The names, in no particular order, without `.` and `..`.
  ///
  /// - Throws: `Errno`.
  public static func names(in folder: FilePath) throws -> [FilePath.Component] {
    guard let stream = folder.withPlatformString({ opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { closedir(stream) }
    var names: [FilePath.Component] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw Errno(rawValue: errno) }
        return names
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          FilePath.Component(platformString: $0)
        }
      }
      if let name, name.kind == .regular { names.append(name) }
    }
  }

  /// What a path is, without following it when it is a link.
  ///
  /// - Throws: `Errno`.
  public static func status(of path: FilePath) throws -> stat {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else { throw Errno(rawValue: errno) }
    return status
  }

  /// Where a symbolic link points.
  ///
  /// - Throws: `Errno`.
  public static func target(of link: FilePath) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ArchiveEntry.longestName + 1)
    let count = link.withPlatformString { path in
      bytes.withUnsafeMutableBytes { buffer in
        buffer.withMemoryRebound(to: CChar.self) { text in
          text.baseAddress.map { readlink(path, $0, text.count) } ?? 0
        }
      }
    }
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return Array(bytes.prefix(count))
  }
}

extension FilePath {
  /// The path's bytes.
  var bytes: [UInt8] {
    withPlatformString { UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) } }
  }

  /// The path with these bytes.
  init(bytes: some Sequence<UInt8>) {
    self = (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
    }
  }
}
