/// Cuts an XML document into tokens, for documents that are not trusted.
///
/// It knows elements, attributes, text, CDATA, comments, processing instructions, character references and the five
/// entities of XML itself (https://www.w3.org/TR/xml/). A document type is an error, and with it every other entity.
/// Foundation's parser is not used since it traps on a name that is not UTF-8.
struct XMLTokenizer {
  enum Token: Equatable {
    case start(name: String, attributes: [String: String], isEmpty: Bool)
    case end(name: String)
    case text(String)
  }

  /// Why a document is not well-formed, as the end of a sentence about it.
  struct Problem: Error {
    var why: String
  }

  /// The most attributes an element may have.
  static let mostAttributes = 256

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next token; nil at the end.
  mutating func next() throws(Problem) -> Token? {
    while position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") { return .text(try text(to: UInt8(ascii: "<"))) }
      if take("<!--") {
        _ = try cut(to: "-->", "a comment")
      } else if take("<![CDATA[") {
        return .text(String(decoding: try cut(to: "]]>", "a CDATA section"), as: UTF8.self))
      } else if take("<?") {
        _ = try cut(to: "?>", "a processing instruction")
      } else if take("<!") {
        throw Problem(why: "has a document type, which is not allowed")
      } else if take("</") {
        let name = try name()
        skipSpace()
        guard take(">") else { throw Problem(why: "has an end tag that does not end") }
        return .end(name: name)
      } else {
        position += 1
        return try start()
      }
    }
    return nil
  }

  private mutating func start() throws(Problem) -> Token {
    let name = try name()
    var attributes: [String: String] = [:]
    while true {
      let hadSpace = skipSpace()
      if take("/>") { return .start(name: name, attributes: attributes, isEmpty: true) }
      if take(">") { return .start(name: name, attributes: attributes, isEmpty: false) }
      guard hadSpace, attributes.count < Self.mostAttributes else {
        throw Problem(why: "has a tag that does not end")
      }
      let key = try self.name()
      skipSpace()
      guard take("=") else { throw Problem(why: "has an attribute without a value") }
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else {
        throw Problem(why: "has an attribute without quotes")
      }
      let quote = bytes[position]
      position += 1
      let value = try text(to: quote, isAttribute: true)
      guard take(quote), attributes.updateValue(value, forKey: key) == nil else {
        throw Problem(why: "has an attribute that is there twice or does not end")
      }
    }
  }

  private mutating func name() throws(Problem) -> String {
    let start = position
    while position < bytes.count, Self.isNamePart(bytes[position], isFirst: position == start) { position += 1 }
    guard position > start, position - start <= 1000 else { throw Problem(why: "has a tag without a name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Text up to `end`, which stays, with its references resolved.
  private mutating func text(to end: UInt8, isAttribute: Bool = false) throws(Problem) -> String {
    var result: [UInt8] = []
    while position < bytes.count, bytes[position] != end {
      switch bytes[position] {
      case UInt8(ascii: "&"):
        position += 1
        result += try reference().utf8
        continue
      case UInt8(ascii: "<") where isAttribute: throw Problem(why: "has markup inside an attribute")
      case let byte: result.append(byte)
      }
      position += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func reference() throws(Problem) -> String {
    let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
    guard let end else { throw Problem(why: "has an `&` that begins no reference") }
    let name = String(decoding: bytes[position..<end], as: UTF8.self)
    position = end + 1
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default: break
    }
    let isHexadecimal = name.hasPrefix("#x")
    guard name.hasPrefix("#"), let code = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
    else { throw Problem(why: "has the unknown entity `&\(name);`") }
    return String(Unicode.Scalar(code).map(Character.init) ?? "\u{FFFD}")
  }

  private mutating func cut(to end: StaticString, _ what: String) throws(Problem) -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count {
      let here = position
      if take(end) { return bytes[start..<here] }
      position += 1
    }
    throw Problem(why: "has \(what) that does not end")
  }

  private mutating func take(_ text: StaticString) -> Bool {
    guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
    let isHere = text.withUTF8Buffer { $0.elementsEqual(bytes[position..<(position + $0.count)]) }
    if isHere { position += text.utf8CodeUnitCount }
    return isHere
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = position
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    return position > start
  }

  private static func isNamePart(_ byte: UInt8, isFirst: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: ":"), 0x80...:
      true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): !isFirst
    default: false
    }
  }
}
