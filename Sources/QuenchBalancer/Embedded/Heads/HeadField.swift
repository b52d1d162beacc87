/// One field of a head: where in the head it is, and whether it means something to a proxy.
struct HeadField {
  /// Fields that a proxy reads, drops or rewrites.
  enum Kind: UInt8 {
    case other, host, contentLength, transferEncoding, connection, keepAlive, acceptedEncodings, upgrade, expect, proxy
    case forwarded, forwardedFor, forwardedHost, forwardedProto, requestID, traceParent, http2Settings
  }

  var kind: Kind
  private let first: Int32
  private let colon: Int32
  private let valueStart: Int32
  private let valueEnd: Int32
  private let last: Int32

  /// The whole line, its end included.
  @inline(__always) var line: Range<Int> { Int(first)..<Int(last) }
  @inline(__always) var name: Range<Int> { Int(first)..<Int(colon) }
  /// The value without the blanks around it.
  @inline(__always) var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }

  /// What may be wrong with a field.
  enum Fault: Error {
    case name, value, folded
  }

  /// Reads the line that begins at `start` and ends before the carriage return at `end`.
  @inline(__always) init(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) throws(Fault) {
    var index = start
    while index < end, HeaderBytes.isToken(bytes[index]) { index += 1 }
    guard index < end, index > start, bytes[index] == HeaderBytes.colon else {
      throw bytes[start] == HeaderBytes.space || bytes[start] == HeaderBytes.tab ? .folded : .name
    }
    let value = UnsafeRawBufferPointer(rebasing: bytes[(index + 1)..<end])
    guard HeaderBytes.isValue(value) else { throw .value }
    var from = index + 1, to = end
    while from < to, bytes[from] == HeaderBytes.space || bytes[from] == HeaderBytes.tab { from += 1 }
    while to > from, bytes[to - 1] == HeaderBytes.space || bytes[to - 1] == HeaderBytes.tab { to -= 1 }
    first = Int32(truncatingIfNeeded: start)
    colon = Int32(truncatingIfNeeded: index)
    valueStart = Int32(truncatingIfNeeded: from)
    valueEnd = Int32(truncatingIfNeeded: to)
    last = Int32(truncatingIfNeeded: end + 2)
    kind = Self.kind(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
  }

  /// Reads all fields of a head into `fields`, from the line that begins at `start`.
  ///
  /// Every line of the head is known to end in CRLF.
  static func read(
    _ bytes: UnsafeRawBufferPointer, from start: Int, into fields: inout [HeadField]
  ) throws(Fault) {
    fields.removeAll(keepingCapacity: true)
    var start = start
    while start < bytes.count - 2 {
      var end = start
      while bytes[end] != HeaderBytes.lineFeed { end += 1 }
      fields.append(try HeadField(bytes, start, end - 1))
      start = end + 1
    }
  }

  @inline(__always) private static func kind(_ name: UnsafeRawBufferPointer) -> Kind {
    switch name.count {
    case 2: if HeaderBytes.isEqual(name, "te") { return .acceptedEncodings }
    case 4: if HeaderBytes.isEqual(name, "host") { return .host }
    case 5: if HeaderBytes.isEqual(name, "proxy") { return .proxy }
    case 6: if HeaderBytes.isEqual(name, "expect") { return .expect }
    case 7: if HeaderBytes.isEqual(name, "upgrade") { return .upgrade }
    case 9: if HeaderBytes.isEqual(name, "forwarded") { return .forwarded }
    case 10:
      if HeaderBytes.isEqual(name, "connection") { return .connection }
      if HeaderBytes.isEqual(name, "keep-alive") { return .keepAlive }
    case 11: if HeaderBytes.isEqual(name, "traceparent") { return .traceParent }
    case 12: if HeaderBytes.isEqual(name, "x-request-id") { return .requestID }
    case 14:
      if HeaderBytes.isEqual(name, "content-length") { return .contentLength }
      if HeaderBytes.isEqual(name, "http2-settings") { return .http2Settings }
    case 15: if HeaderBytes.isEqual(name, "x-forwarded-for") { return .forwardedFor }
    case 16: if HeaderBytes.isEqual(name, "x-forwarded-host") { return .forwardedHost }
    case 17:
      if HeaderBytes.isEqual(name, "transfer-encoding") { return .transferEncoding }
      if HeaderBytes.isEqual(name, "x-forwarded-proto") { return .forwardedProto }
    default: break
    }
    return HeaderBytes.hasPrefix(name, "proxy-") ? .proxy : .other
  }
}

extension UnsafeRawBufferPointer {
  /// A part of these bytes.
  @inline(__always) func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }
}
