/// What a proxy has to know of an answer's head, which it forwards as bytes.
struct AnswerHead {
  /// The answer is not HTTP, or could be read in two ways.
  struct Fault: Error {
    var reason: StaticString
  }

  let status: Int
  /// The first line, its end included.
  let lineEnd: Int
  let isVersion10: Bool
  private(set) var framing = BodyFraming.untilClose
  /// Whether the backend's connection can take another request after it.
  private(set) var isKeptAlive: Bool
  private(set) var isChunked = false
  private(set) var namesFields = false

  /// Reads a whole head, whose lines all end in CRLF.
  init(
    _ bytes: UnsafeRawBufferPointer, fields: inout [HeadField], headerCount: Int, answersHEAD: Bool
  ) throws(Fault) {
    let prefix: StaticString = "HTTP/1."
    guard bytes.count >= 16, bytes.prefix(7).elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: 7)),
      bytes[7] == 48 || bytes[7] == 49, bytes[8] == HeaderBytes.space,
      let status = HeaderBytes.number(bytes.part(9..<12)), status >= 100,
      bytes[12] == HeaderBytes.space || bytes[12] == HeaderBytes.carriageReturn
    else { throw Fault(reason: "the first line is not one of HTTP/1.1") }
    self.status = status
    isVersion10 = bytes[7] == 48
    var index = 12
    while bytes[index] != HeaderBytes.lineFeed { index += 1 }
    guard HeaderBytes.isValue(bytes.part(12..<(index - 1))) else { throw Fault(reason: "the first line is wrong") }
    lineEnd = index + 1
    isKeptAlive = !isVersion10
    do { try HeadField.read(bytes, from: lineEnd, into: &fields) } catch { throw Fault(reason: "a field is wrong") }
    guard fields.count <= headerCount else { throw Fault(reason: "too many fields") }
    var body = FramingFields()
    for field in fields {
      switch field.kind {
      case .contentLength:
        do { try body.add(length: bytes.part(field.value)) } catch { throw Fault(reason: "Content-Length is wrong") }
      case .transferEncoding:
        do { try body.add(encoding: bytes.part(field.value)) } catch {
          throw Fault(reason: "Transfer-Encoding is wrong")
        }
      case .connection:
        let words = ConnectionWords(bytes.part(field.value))
        if words.closes { isKeptAlive = false } else if words.keepsAlive, isVersion10 { isKeptAlive = true }
        namesFields = namesFields || words.namesFields
      default: continue
      }
    }
    guard !body.isChunked || (body.length == nil && !isVersion10) else {
      throw Fault(reason: "Content-Length and Transfer-Encoding")
    }
    isChunked = body.isChunked
    if answersHEAD || status < 200 || status == 204 || status == 304 {
      framing = .none
    } else if isChunked {
      framing = .chunked
    } else if let length = body.length {
      framing = length == 0 ? .none : .length(length)
    } else {
      isKeptAlive = false
    }
  }
}
