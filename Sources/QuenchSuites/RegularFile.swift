import Foundation
import SystemPackage

/// A file that code under test may have put where it is.
enum RegularFile {
  /// Reads a regular file that is not a link, no more of it than `limit` and one byte.
  ///
  /// A pipe or a device in its place is never waited for.
  ///
  /// - Throws: `Errno`; `notSupported` for what is no regular file.
  static func read(_ path: FilePath, atMost limit: Int) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
    defer { try? file.close() }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Errno.notSupported }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256 * 1024)
    while bytes.count <= limit {
      let count = try buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: Int64(bytes.count), into: $0) }
      if count == 0 { break }
      bytes += buffer.prefix(count)
    }
    return bytes
  }
}
