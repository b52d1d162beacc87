import Crypto
import Foundation
import SystemPackage

/// Writes an artifact's archive to a file and hashes it on the way.
///
/// Entries are to be given in the order of their names' bytes.
struct ArchiveWriter: ~Copyable {
  static let chunk = 1 << 20

  private let file: FileDescriptor
  private var hash = SHA256()
  private var buffer = [UInt8](repeating: 0, count: chunk)
  private var filled = 0
  private(set) var size: Int64 = 0

  /// A writer to an open, empty file, which stays the caller's to close.
  init(to file: FileDescriptor) {
    self.file = file
  }

  /// Writes an entry and, for a file, the bytes of `source`.
  ///
  /// - Throws: `BuildError` with code `output-unsupported` when the file is no longer what the entry says, `Errno` when
  ///   something cannot be read or written, `CancellationError` when the task is cancelled.
  mutating func append(_ entry: ArchiveEntry, from source: FilePath) throws {
    try append(ArchiveHeader.encode(entry))
    guard case .file(let size, _) = entry.kind else { return }
    let content = try FileDescriptor.open(source, .readOnly, options: [.noFollow, .closeOnExec])
    defer { try? content.close() }
    var left = size
    while left > 0 {
      if filled == buffer.count { try flush() }
      let start = filled
      let room = Int(min(left, Int64(buffer.count - start)))
      let count = try buffer.withUnsafeMutableBytes {
        try content.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[start..<(start + room)]))
      }
      guard count > 0 else { throw Self.changed(source) }
      filled += count
      left -= Int64(count)
    }
    var more: UInt8 = 0
    guard try withUnsafeMutableBytes(of: &more, { try content.read(into: $0) }) == 0 else { throw Self.changed(source) }
    try append([UInt8](repeating: 0, count: ArchiveHeader.padding(after: size)))
  }

  /// Writes the archive's end and answers what was written.
  ///
  /// - Throws: `Errno` when it cannot be written.
  mutating func finish() throws -> ArtifactDigest {
    try append([UInt8](repeating: 0, count: 2 * ArchiveHeader.blockSize))
    try flush()
    return ArtifactDigest(hashed: hash.finalize())
  }

  private mutating func append(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      if filled == buffer.count { try flush() }
      let part = rest.prefix(buffer.count - filled)
      buffer.replaceSubrange(filled..<(filled + part.count), with: part)
      filled += part.count
      rest = rest.dropFirst(part.count)
    }
  }

  private mutating func flush() throws {
    try Task.checkCancellation()
    try buffer.withUnsafeBytes { bytes in
      let full = UnsafeRawBufferPointer(rebasing: bytes[..<filled])
      hash.update(bufferPointer: full)
      try file.writeAll(full)
    }
    size += Int64(filled)
    filled = 0
  }

  private static func changed(_ source: FilePath) -> BuildError {
    BuildError(
      .outputUnsupported, "\(source) changed while it was stored", remedy: "build again when nothing writes it")
  }
}
