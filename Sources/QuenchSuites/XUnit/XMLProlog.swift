import Foundation

/// Looks at what stands before a document's first element, so that no document type ever reaches the parser.
enum XMLProlog {
  /// Encodings in which markup is plain ASCII.
  private static let encodings: Set<String> = ["utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "utf8"]

  /// Whether the document is in an encoding that can be looked at and has no document type.
  static func isSafe(_ data: Data) -> Bool {
    var rest = data[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while true {
      rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
      if rest.starts(with: Array("<?".utf8)) {
        guard let end = rest.firstRange(of: Data("?>".utf8)) else { return false }
        guard isAllowed(rest[..<end.lowerBound]) else { return false }
        rest = rest[end.upperBound...]
      } else if rest.starts(with: Array("<!--".utf8)) {
        guard let end = rest.dropFirst(4).firstRange(of: Data("-->".utf8)) else { return false }
        rest = rest[end.upperBound...]
      } else {
        guard rest.first == UInt8(ascii: "<"), let next = rest.dropFirst().first else { return false }
        return Character(Unicode.Scalar(next)).isLetter && next < 0x80
      }
    }
  }

  private static func isAllowed(_ instruction: Data) -> Bool {
    let text = String(decoding: instruction, as: UTF8.self).lowercased()
    guard text.hasPrefix("<?xml"), let mark = text.firstRange(of: "encoding") else { return true }
    let value = text[mark.upperBound...].drop { " =\t\r\n".contains($0) }
    guard let quote = value.first, quote == "\"" || quote == "'" else { return false }
    return encodings.contains(String(value.dropFirst().prefix { $0 != quote }))
  }
}
