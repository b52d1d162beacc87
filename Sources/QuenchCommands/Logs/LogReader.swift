import SystemPackage

/// Reads the end of a log, and then what is added to it.
final class LogReader {
  private static let block = 1 << 16

  private let file: FileDescriptor
  /// How far it was read.
  private var offset: Int64 = 0
  /// The bytes of a character whose others are not written yet.
  private var begun: [UInt8] = []

  /// Opens a log.
  ///
  /// - Throws: `Errno`.
  init(_ path: FilePath) throws {
    file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
  }

  deinit { try? file.close() }

  /// The last lines, as they are in the file; what is added later is left to ``more()``.
  ///
  /// - Throws: `Errno`.
  func last(_ count: Int) throws -> String {
    offset = try file.seek(offset: 0, from: .end)
    var start = offset
    var blocks: [[UInt8]] = []
    // The last line's own end is none before it.
    var ends = 0
    while count > 0, start > 0, ends <= count {
      let length = min(Int64(Self.block), start)
      start -= length
      let bytes = try read(at: start, Int(length))
      ends += bytes.count { $0 == UInt8(ascii: "\n") }
      blocks.append(bytes)
    }
    let bytes = blocks.reversed().flatMap { $0 }
    var first = bytes.endIndex
    var found = 0
    while first > bytes.startIndex {
      if first < bytes.endIndex, bytes[first - 1] == UInt8(ascii: "\n") {
        found += 1
        if found == count { break }
      }
      first -= 1
    }
    return text(of: Array(bytes[first...]))
  }

  /// What was added since; nil when nothing was.
  ///
  /// - Throws: `Errno`.
  func more() throws -> String? {
    let bytes = try read(at: offset, Self.block)
    guard !bytes.isEmpty else { return nil }
    offset += Int64(bytes.count)
    return text(of: bytes)
  }

  private func read(at start: Int64, _ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let read = try bytes.withUnsafeMutableBytes { buffer in
        try file.read(
          fromAbsoluteOffset: start + Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      }
      if read == 0 { break }
      filled += read
    }
    return Array(bytes.prefix(filled))
  }

  /// The text of bytes that follow those before; a character of which some bytes are missing waits for them.
  private func text(of bytes: [UInt8]) -> String {
    var whole = begun + bytes
    begun = []
    for length in 1...3 where length <= whole.count {
      let byte = whole[whole.count - length]
      // A byte that goes on another is passed over to the one that begins.
      if byte & 0b1100_0000 == 0b1000_0000 { continue }
      let wanted = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1
      if wanted > length {
        begun = Array(whole.suffix(length))
        whole.removeLast(length)
      }
      break
    }
    return String(decoding: whole, as: UTF8.self)
  }
}
