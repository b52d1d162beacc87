/// What a proxy has to know of a request's head, which it forwards as bytes.
struct RequestHead {
  /// The methods whose meaning matters to a proxy (RFC 9110 §9.2).
  enum Method: UInt8 {
    case get, head, options, trace, put, delete, connect, other

    /// Whether it changes nothing.
    var isSafe: Bool { rawValue <= Method.trace.rawValue }
    /// Whether sending it twice is the same as sending it once.
    var isIdempotent: Bool { rawValue <= Method.delete.rawValue }
  }

  /// Why a request is refused.
  struct Refusal: Error {
    var status: Int
    var reason: StaticString

    init(_ status: Int, _ reason: StaticString) {
      self.status = status
      self.reason = reason
    }
  }

  let method: Method
  let methodEnd: Int
  /// The target as it is forwarded: of an absolute one, from its path on; empty when it has none.
  let target: Range<Int>
  /// The first line, its end included.
  let lineEnd: Int
  let isVersion10: Bool
  /// Whether the first line can be forwarded as it is.
  let isLineKept: Bool
  private(set) var framing = BodyFraming.none
  private(set) var isKeptAlive: Bool
  private(set) var host: Range<Int>?
  /// Whether it asks for 100 before it sends its body.
  private(set) var expectsContinue = false
  private(set) var wantsTrailers = false
  /// Whether it asks for another protocol, that may be passed on.
  private(set) var isUpgrade = false
  /// Whether `Connection` names fields of this head.
  private(set) var namesFields = false
  private(set) var requestID: Range<Int>?
  private(set) var traceParent: Range<Int>?
  private(set) var hasForwardedFor = false
  private(set) var hasForwarded = false
  private(set) var hasForwardedHost = false
  private(set) var hasForwardedProto = false

  /// Reads a whole head, whose lines all end in CRLF, and refuses what could be read in two ways.
  init(_ bytes: UnsafeRawBufferPointer, fields: inout [HeadField], headerCount: Int) throws(Refusal) {
    var index = 0
    while HeaderBytes.isToken(bytes[index]) { index += 1 }
    guard index > 0, index <= 32, bytes[index] == HeaderBytes.space else { throw Refusal(400, "the method is wrong") }
    methodEnd = index
    method = Self.method(bytes.part(0..<index))
    let targetStart = index + 1
    index = targetStart
    while bytes[index] > 32, bytes[index] < 127 { index += 1 }
    guard index > targetStart, bytes[index] == HeaderBytes.space else { throw Refusal(400, "the target is wrong") }
    let whole = targetStart..<index
    let version = index + 1
    while bytes[index] != HeaderBytes.lineFeed { index += 1 }
    lineEnd = index + 1
    isVersion10 = try Self.isVersion10(bytes.part(version..<(index - 1)))
    let authority = try Self.authority(bytes, whole, method)
    target = authority.map { $0.upperBound..<whole.upperBound } ?? whole
    isLineKept = authority == nil && !isVersion10
    isKeptAlive = !isVersion10
    do {
      try HeadField.read(bytes, from: lineEnd, into: &fields)
    } catch {
      switch error {
      case .name: throw Refusal(400, "a field's name is wrong")
      case .value: throw Refusal(400, "a field's value is wrong")
      case .folded: throw Refusal(400, "a field is folded")
      }
    }
    guard fields.count <= headerCount else { throw Refusal(431, "too many fields") }
    try interpret(bytes, fields)
    if let authority {
      guard let host, Self.isEqual(bytes.part(host), bytes.part(authority)) else {
        throw Refusal(400, "target and Host name different hosts")
      }
    }
  }

  private mutating func interpret(_ bytes: UnsafeRawBufferPointer, _ fields: [HeadField]) throws(Refusal) {
    var body = FramingFields()
    var hasUpgrade = false, isCleartextHTTP2 = false, connectionUpgrades = false
    for field in fields {
      let value = bytes.part(field.value)
      switch field.kind {
      case .other, .keepAlive, .proxy, .http2Settings: continue
      case .host:
        guard host == nil else { throw Refusal(400, "more than one Host") }
        guard Self.isHost(value) else { throw Refusal(400, "Host is wrong") }
        host = field.value
      case .contentLength: do { try body.add(length: value) } catch { throw Refusal(400, "Content-Length is wrong") }
      case .transferEncoding:
        do { try body.add(encoding: value) } catch {
          throw error == .unknownEncoding
            ? Refusal(501, "an unknown Transfer-Encoding") : Refusal(400, "Transfer-Encoding is wrong")
        }
      case .connection:
        let words = ConnectionWords(value)
        if words.closes { isKeptAlive = false } else if words.keepsAlive, isVersion10 { isKeptAlive = true }
        connectionUpgrades = connectionUpgrades || words.upgrades
        namesFields = namesFields || words.namesFields
      case .acceptedEncodings:
        HeaderBytes.forEachWord(in: value) { if HeaderBytes.isEqual($0, "trailers") { wantsTrailers = true } }
      case .upgrade:
        hasUpgrade = true
        HeaderBytes.forEachWord(in: value) { if HeaderBytes.hasPrefix($0, "h2") { isCleartextHTTP2 = true } }
      case .expect:
        guard HeaderBytes.isEqual(value, "100-continue") else { throw Refusal(417, "an unknown expectation") }
        expectsContinue = !isVersion10
      case .forwarded: hasForwarded = true
      case .forwardedFor: hasForwardedFor = true
      case .forwardedHost: hasForwardedHost = true
      case .forwardedProto: hasForwardedProto = true
      case .requestID: if Self.isRequestID(value) { requestID = field.value }
      case .traceParent: traceParent = Self.isTraceParent(value) && traceParent == nil ? field.value : nil
      }
    }
    guard host != nil || isVersion10 else { throw Refusal(400, "no Host") }
    if body.isChunked {
      guard body.length == nil else { throw Refusal(400, "Content-Length and Transfer-Encoding") }
      guard !isVersion10 else { throw Refusal(400, "Transfer-Encoding in HTTP/1.0") }
      framing = .chunked
    } else if let length = body.length, length > 0 {
      framing = .length(length)
    }
    guard method != .trace || framing == .none else { throw Refusal(400, "TRACE with a body") }
    isUpgrade = connectionUpgrades && hasUpgrade && !isCleartextHTTP2 && !isVersion10 && framing == .none
    if framing == .none { expectsContinue = false }
  }

  private static func method(_ bytes: UnsafeRawBufferPointer) -> Method {
    func named(_ word: StaticString) -> Bool {
      bytes.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }
    switch bytes.count {
    case 3: return named("GET") ? .get : named("PUT") ? .put : .other
    case 4: return named("HEAD") ? .head : .other
    case 5: return named("TRACE") ? .trace : .other
    case 6: return named("DELETE") ? .delete : .other
    case 7: return named("OPTIONS") ? .options : named("CONNECT") ? .connect : .other
    default: return .other
    }
  }

  private static func isVersion10(_ bytes: UnsafeRawBufferPointer) throws(Refusal) -> Bool {
    let prefix: StaticString = "HTTP/"
    guard bytes.count == 8, bytes[6] == UInt8(ascii: "."), (48...57).contains(bytes[5]), (48...57).contains(bytes[7]),
      bytes.prefix(5).elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: 5))
    else { throw Refusal(400, "the version is wrong") }
    guard bytes[5] == UInt8(ascii: "1") else { throw Refusal(505, "only HTTP/1.1 and HTTP/1.0 are spoken here") }
    return bytes[7] == UInt8(ascii: "0")
  }

  /// The authority of a target in absolute form (RFC 9112 §3.2.2); nil for the usual form.
  private static func authority(
    _ bytes: UnsafeRawBufferPointer, _ target: Range<Int>, _ method: Method
  ) throws(Refusal) -> Range<Int>? {
    guard method != .connect else { throw Refusal(405, "CONNECT is not for this server") }
    let first = bytes[target.lowerBound]
    if first == UInt8(ascii: "/") || (first == UInt8(ascii: "*") && target.count == 1 && method == .options) {
      return nil
    }
    let part = bytes.part(target)
    let scheme = HeaderBytes.hasPrefix(part, "http://") ? 7 : HeaderBytes.hasPrefix(part, "https://") ? 8 : 0
    guard scheme > 0 else { throw Refusal(400, "the target is wrong") }
    let start = target.lowerBound + scheme
    var end = start
    while end < target.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
    guard end > start else { throw Refusal(400, "the target is wrong") }
    return start..<end
  }

  private static func isEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    one.count == other.count && zip(one, other).allSatisfy { $0 == $1 || ($0 | 32 == $1 | 32 && ($0 | 32) >= 97) }
  }

  /// Whether a value is a host with or without a port: nothing in it that a URL, a list or a quoted text gives a meaning.
  private static func isHost(_ value: UnsafeRawBufferPointer) -> Bool {
    value.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["),
        UInt8(ascii: "]"), UInt8(ascii: "%"), UInt8(ascii: "~"):
        true
      default: false
      }
    } && value.count <= 1024
  }

  private static func isRequestID(_ value: UnsafeRawBufferPointer) -> Bool {
    (1...128).contains(value.count)
      && value.allSatisfy { HeaderBytes.isToken($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
  }

  /// Whether a value is one of version 00 of https://www.w3.org/TR/trace-context/, or of a later one.
  private static func isTraceParent(_ value: UnsafeRawBufferPointer) -> Bool {
    guard value.count >= 55, value.count <= 256 else { return false }
    for (index, byte) in value.prefix(55).enumerated() {
      let isDash = [2, 35, 52].contains(index)
      guard isDash ? byte == 45 : (48...57).contains(byte) || (97...102).contains(byte) else { return false }
    }
    let isLater = value[0] != 48 || value[1] != 48
    let isVoid = value[3..<35].allSatisfy { $0 == 48 } || value[36..<52].allSatisfy { $0 == 48 }
    return !isVoid && (isLater ? value.count == 55 || value[55] == 45 : value.count == 55)
      && !(value[0] == 102 && value[1] == 102)
  }
}
