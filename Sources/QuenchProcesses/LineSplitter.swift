/// Cuts a stream of bytes into lines of text, whatever the bytes are.
///
/// A line ends at LF, CR or CR LF; one longer than `limit` bytes is cut there, so that memory stays bounded.
struct LineSplitter {
  private let limit: Int
  private var pending: [UInt8] = []
  private var afterCarriageReturn = false

  init(limit: Int = 64 * 1024) {
    self.limit = limit
  }

  /// The lines that `bytes` complete.
  mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n") where afterCarriageReturn:
        afterCarriageReturn = false
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        afterCarriageReturn = byte == UInt8(ascii: "\r")
        lines.append(takeLine())
      default:
        afterCarriageReturn = false
        pending.append(byte)
        if pending.count >= limit { lines.append(takeLine()) }
      }
    }
    return lines
  }

  /// The last line, when it had no end.
  mutating func finish() -> [String] { pending.isEmpty ? [] : [takeLine()] }

  private mutating func takeLine() -> String {
    defer { pending.removeAll(keepingCapacity: true) }
    return String(decoding: pending, as: UTF8.self)
  }
}
