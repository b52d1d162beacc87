/// Follows a chunked body to its end without changing it (RFC 9112 §7.1).
struct ChunkScanner {
  /// The body is not in chunks as they must be.
  struct Fault: Error {}

  private enum State {
    case size(digits: Int)
    case extensions
    case sizeLineFeed
    case data
    case dataCarriageReturn
    case dataLineFeed
    case trailerStart
    case trailerName
    case trailerValue
    case trailerLineFeed
    case endLineFeed
    case end
  }

  private var state = State.size(digits: 0)
  private var size = 0
  /// What is left for chunk extensions and trailers, which are nobody's data.
  private var allowance: Int
  private var trailersLeft: Int

  init(headBytes: Int, headerCount: Int) {
    allowance = headBytes
    trailersLeft = headerCount
  }

  var isAtEnd: Bool { if case .end = state { true } else { false } }

  /// Reads on.
  ///
  /// - Parameter data: told the range of each piece of the body's own bytes.
  /// - Returns: how many of the bytes belong to the body, its last chunk and trailers included.
  mutating func scan(
    _ bytes: UnsafeRawBufferPointer, data: (Range<Int>) -> Void = { _ in }
  ) throws(Fault) -> Int {
    var index = 0
    while index < bytes.count {
      if case .data = state {
        let length = min(size, bytes.count - index)
        data(index..<(index + length))
        index += length
        size -= length
        if size == 0 { state = .dataCarriageReturn }
        continue
      }
      if case .end = state { return index }
      try step(bytes[index])
      index += 1
    }
    return index
  }

  private mutating func step(_ byte: UInt8) throws(Fault) {
    switch state {
    case .size(let digits):
      if let digit = Self.digit(byte) {
        guard digits < 15 else { throw Fault() }
        size = size << 4 | digit
        state = .size(digits: digits + 1)
      } else {
        guard digits > 0 else { throw Fault() }
        switch byte {
        case HeaderBytes.carriageReturn: state = .sizeLineFeed
        case UInt8(ascii: ";"), HeaderBytes.space, HeaderBytes.tab: state = .extensions
        default: throw Fault()
        }
      }
    case .extensions:
      try spend()
      if byte == HeaderBytes.carriageReturn { state = .sizeLineFeed } else { try requireValue(byte) }
    case .sizeLineFeed:
      try require(byte, HeaderBytes.lineFeed)
      state = size == 0 ? .trailerStart : .data
    case .dataCarriageReturn:
      try require(byte, HeaderBytes.carriageReturn)
      state = .dataLineFeed
    case .dataLineFeed:
      try require(byte, HeaderBytes.lineFeed)
      state = .size(digits: 0)
    case .trailerStart:
      if byte == HeaderBytes.carriageReturn {
        state = .endLineFeed
      } else {
        guard HeaderBytes.isToken(byte), trailersLeft > 0 else { throw Fault() }
        trailersLeft -= 1
        try spend()
        state = .trailerName
      }
    case .trailerName:
      try spend()
      if byte == HeaderBytes.colon { state = .trailerValue } else if !HeaderBytes.isToken(byte) { throw Fault() }
    case .trailerValue:
      try spend()
      if byte == HeaderBytes.carriageReturn { state = .trailerLineFeed } else { try requireValue(byte) }
    case .trailerLineFeed:
      try require(byte, HeaderBytes.lineFeed)
      state = .trailerStart
    case .endLineFeed:
      try require(byte, HeaderBytes.lineFeed)
      state = .end
    case .data, .end: break
    }
  }

  private mutating func spend() throws(Fault) {
    allowance -= 1
    guard allowance >= 0 else { throw Fault() }
  }

  private func require(_ byte: UInt8, _ expected: UInt8) throws(Fault) {
    guard byte == expected else { throw Fault() }
  }

  private func requireValue(_ byte: UInt8) throws(Fault) {
    guard (byte >= 32 && byte != 127) || byte == HeaderBytes.tab else { throw Fault() }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case 48...57: Int(byte) - 48
    case 65...70: Int(byte) - 55
    case 97...102: Int(byte) - 87
    default: nil
    }
  }
}
