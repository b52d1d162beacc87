import NIOCore

/// How far a body has come.
enum BodyProgress {
  /// All of it.
  case complete
  /// So many bytes are missing.
  case remaining(Int)
  /// It comes in chunks.
  case chunks(ChunkScanner)
  /// It goes on until the connection ends.
  case untilClose

  init(_ framing: BodyFraming, headBytes: Int, headerCount: Int) {
    switch framing {
    case .none: self = .complete
    case .length(let length): self = .remaining(length)
    case .chunked: self = .chunks(ChunkScanner(headBytes: headBytes, headerCount: headerCount))
    case .untilClose: self = .untilClose
    }
  }

  var isComplete: Bool { if case .complete = self { true } else { false } }

  /// Takes what belongs to the body off the front of a buffer.
  mutating func take(from buffer: inout ByteBuffer) throws(ChunkScanner.Fault) -> ByteBuffer? {
    guard buffer.readableBytes > 0 else { return nil }
    switch self {
    case .complete: return nil
    case .untilClose: return buffer.readSlice(length: buffer.readableBytes)
    case .remaining(let length):
      let part = min(length, buffer.readableBytes)
      self = part == length ? .complete : .remaining(length - part)
      return buffer.readSlice(length: part)
    case .chunks(var scanner):
      let length = try Self.scan(&scanner, buffer)
      self = scanner.isAtEnd ? .complete : .chunks(scanner)
      return buffer.readSlice(length: length)
    }
  }

  /// Takes what belongs to the body off the front of a buffer, chunks without their framing.
  mutating func takeData(from buffer: inout ByteBuffer) throws(ChunkScanner.Fault) -> ByteBuffer? {
    guard case .chunks(var scanner) = self else { return try take(from: &buffer) }
    var data = ByteBuffer()
    var pieces: [Range<Int>] = []
    let length = try Self.scan(&scanner, buffer) { pieces.append($0) }
    for piece in pieces {
      if var slice = buffer.getSlice(at: buffer.readerIndex + piece.lowerBound, length: piece.count) {
        data.writeBuffer(&slice)
      }
    }
    buffer.moveReaderIndex(forwardBy: length)
    self = scanner.isAtEnd ? .complete : .chunks(scanner)
    return data
  }

  private static func scan(
    _ scanner: inout ChunkScanner, _ buffer: ByteBuffer, data: (Range<Int>) -> Void = { _ in }
  ) throws(ChunkScanner.Fault) -> Int {
    let result = buffer.withUnsafeReadableBytes { bytes in
      Result<Int, ChunkScanner.Fault> { () throws(ChunkScanner.Fault) in try scanner.scan(bytes, data: data) }
    }
    return try result.get()
  }
}
