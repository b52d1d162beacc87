import Crypto
import Foundation
import SystemPackage

/// Reads a file from its start to its end, once, and hashes exactly the bytes it hands out.
struct HashingFile: ~Copyable {
  static let chunk = 1 << 20

  /// The file could not be read, which is to be told from what fails while its bytes are used.
  struct ReadFailure: Error {
    let cause: any Error
  }

  private let file: FileDescriptor
  private var hash = SHA256()
  private var buffer = [UInt8](repeating: 0, count: chunk)
  private var position = 0
  private var filled = 0

  /// Opens the file.
  ///
  /// - Throws: `Errno`.
  init(_ path: FilePath) throws {
    file = try FileDescriptor.open(path, .readOnly, options: [.noFollow, .closeOnExec])
  }

  deinit { try? file.close() }

  /// The next `count` bytes, or nil when the file ends before them.
  ///
  /// - Throws: `ReadFailure`, `CancellationError` when the task is cancelled.
  mutating func bytes(_ count: Int) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    let complete = try stream(Int64(count)) { bytes.append(contentsOf: $0) }
    return complete ? bytes : nil
  }

  /// Hands out the next `count` bytes, piece by piece.
  ///
  /// - Returns: false when the file ends before them.
  /// - Throws: `ReadFailure`, `CancellationError` when the task is cancelled, or what `body` throws.
  mutating func stream(_ count: Int64, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
    var left = count
    while left > 0 {
      if position == filled { try refill() }
      guard filled > 0 else { return false }
      let piece = position..<(position + Int(min(left, Int64(filled - position))))
      try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[piece])) }
      position = piece.upperBound
      left -= Int64(piece.count)
    }
    return true
  }

  /// Reads on to the end of the file.
  ///
  /// - Returns: how many bytes were left, and the digest of the whole file.
  /// - Throws: `ReadFailure`, `CancellationError` when the task is cancelled.
  mutating func finish() throws -> (rest: Int64, digest: ArtifactDigest) {
    var rest = Int64(filled - position)
    repeat {
      try refill()
      rest += Int64(filled)
    } while filled > 0
    return (rest, ArtifactDigest(hashed: hash.finalize()))
  }

  private mutating func refill() throws {
    try Task.checkCancellation()
    let file = file
    position = 0
    do {
      filled = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
    } catch {
      throw ReadFailure(cause: error)
    }
    buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
  }
}
