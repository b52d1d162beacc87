import Foundation
import SystemPackage

/// A regular file, opened where code under test may have put something else: a link is not followed, and a pipe or a device
/// never waited for.
public struct RegularFile: Sendable {
  /// The open file, to be closed by whoever opened it.
  public let descriptor: FileDescriptor
  /// Its size in bytes when it was opened.
  public let size: Int

  /// Opens a file to read.
  ///
  /// - Throws: `Errno`; `notSupported` for what is no regular file.
  public init(_ path: FilePath) throws {
    descriptor = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
    var status = stat()
    let failure: Errno? =
      fstat(descriptor.rawValue, &status) != 0
      ? Errno(rawValue: errno) : status.st_mode & S_IFMT != S_IFREG ? .notSupported : nil
    if let failure {
      try? descriptor.close()
      throw failure
    }
    size = Int(status.st_size)
  }

  /// Reads a file, no more of it than `limit` and some bytes that tell that there are more.
  ///
  /// - Throws: as ``init(_:)``.
  public static func read(_ path: FilePath, atMost limit: Int) throws -> [UInt8] {
    let file = try RegularFile(path).descriptor
    defer { try? file.close() }
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
