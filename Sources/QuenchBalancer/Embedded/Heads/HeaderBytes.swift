#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What bytes may stand where in a head (RFC 9110 §5.5 and §5.6.2).
enum HeaderBytes {
  static let tab: UInt8 = 9
  static let lineFeed: UInt8 = 10
  static let carriageReturn: UInt8 = 13
  static let space: UInt8 = 32
  static let comma: UInt8 = 44
  static let colon: UInt8 = 58

  /// The characters of a token below 64 and from 64 on, one bit each: letters, digits and fifteen signs (RFC 9110 §5.6.2).
  private static let lowTokens: UInt64 = 0x03FF_6CFA_0000_0000
  private static let highTokens: UInt64 = 0x57FF_FFFF_C7FF_FFFE

  /// Whether a byte may stand in a method or a field's name.
  @inline(__always) static func isToken(_ byte: UInt8) -> Bool {
    if byte < 64 { return (lowTokens >> UInt64(byte)) & 1 == 1 }
    return byte < 128 && (highTokens >> UInt64(byte - 64)) & 1 == 1
  }

  /// Whether all bytes may stand in a field's value: no control characters but the tab.
  @inline(__always) static func isValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var isWrong = false
    for byte in bytes { isWrong = isWrong || (byte < 32 && byte != tab) || byte == 127 }
    return !isWrong
  }

  /// Whether bytes are a word, whatever the case of its letters; the word is given in lower case.
  @inline(__always) static func isEqual(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
    return strncasecmp(base.assumingMemoryBound(to: CChar.self), cString(word), bytes.count) == 0
  }

  /// Whether bytes begin with a word, whatever the case of its letters.
  static func hasPrefix(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    bytes.count >= word.utf8CodeUnitCount
      && isEqual(UnsafeRawBufferPointer(rebasing: bytes[..<word.utf8CodeUnitCount]), word)
  }

  @inline(__always) private static func cString(_ word: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(word.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  /// The words of a comma-separated list, without the blanks around them; empty ones are left out.
  @inline(__always) static func forEachWord(
    in value: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    var start = 0
    for index in 0...value.count where index == value.count || value[index] == comma {
      let word = trimmed(UnsafeRawBufferPointer(rebasing: value[start..<index]))
      if !word.isEmpty { body(word) }
      start = index + 1
    }
  }

  /// Bytes without the blanks around them.
  @inline(__always) static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var start = 0, end = bytes.count
    while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
    while end > start, bytes[end - 1] == space || bytes[end - 1] == tab { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  /// A number in decimal digits alone; nil when it is none, or more than 18 digits.
  static func number(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard (1...18).contains(bytes.count) else { return nil }
    var number = 0
    for byte in bytes {
      guard byte >= 48, byte <= 57 else { return nil }
      number = number * 10 + Int(byte - 48)
    }
    return number
  }
}
