#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for the empty line that ends a head, which goes on where it stopped when more bytes come.
struct HeadEnd {
  enum Search: Equatable {
    /// The head goes on.
    case incomplete
    /// The head is so many bytes long, its empty line included.
    case found(Int)
    /// A line ends without a carriage return.
    case bareLineFeed
  }

  private var lineStart = 0
  private var scanned = 0
  /// The complete lines so far.
  private(set) var lines = 0

  mutating func search(_ bytes: UnsafeRawBufferPointer) -> Search {
    guard let base = bytes.baseAddress else { return .incomplete }
    while scanned < bytes.count, let found = memchr(base + scanned, 10, bytes.count - scanned) {
      let index = UnsafeRawPointer(found) - base
      guard index > lineStart, bytes[index - 1] == HeaderBytes.carriageReturn else { return .bareLineFeed }
      scanned = index + 1
      if index - 1 == lineStart { return .found(index + 1) }
      lines += 1
      lineStart = index + 1
    }
    scanned = bytes.count
    return .incomplete
  }
}
