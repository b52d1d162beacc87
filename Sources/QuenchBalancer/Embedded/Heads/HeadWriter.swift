import NIOCore

/// Writes a head into memory that is known to be large enough.
struct HeadWriter {
  private let base: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(_ base: UnsafeMutableRawBufferPointer) { self.base = base }

  @inline(__always) mutating func append(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= base.count - count)
    guard let source = bytes.baseAddress else { return }
    (base.baseAddress.unsafelyUnwrapped + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  @inline(__always) mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// So many hexadecimal digits of a number, the lowest ones.
  mutating func append(hexadecimal number: UInt64, digits: Int) {
    precondition(digits <= base.count - count)
    var number = number
    for index in stride(from: count + digits - 1, through: count, by: -1) {
      let digit = UInt8(number & 15)
      base[index] = digit + (digit < 10 ? 48 : 87)
      number >>= 4
    }
    count += digits
  }

  /// The lines of a head that are kept, neighbours in one piece.
  @inline(__always) mutating func append(
    _ fields: [HeadField], of bytes: UnsafeRawBufferPointer, from start: Int, where isKept: (HeadField) -> Bool
  ) {
    var run = start, end = start
    for field in fields {
      let line = field.line
      if isKept(field) {
        end = line.upperBound
      } else {
        if end > run { append(bytes.part(run..<end)) }
        run = line.upperBound
        end = run
      }
    }
    if end > run { append(bytes.part(run..<end)) }
  }
}

extension ByteBuffer {
  /// Writes a head of at most `most` bytes.
  @inline(__always) mutating func writeHead(atMost most: Int, _ body: (inout HeadWriter) -> Void) {
    writeWithUnsafeMutableBytes(minimumWritableBytes: most) { memory in
      var writer = HeadWriter(memory)
      body(&writer)
      return writer.count
    }
  }
}
