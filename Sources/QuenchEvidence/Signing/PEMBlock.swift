import Foundation

/// One block of PEM text (RFC 7468): its label and its bytes.
///
/// Text around the block is skipped, and blanks, line ends of any kind and the two characters `\n` inside it: secret
/// stores of CI systems are known to rewrite those.
struct PEMBlock {
  /// What stands between BEGIN and the dashes, such as `PRIVATE KEY`.
  let label: String
  /// What the block holds.
  let bytes: Data

  /// Reads the first block; nil when there is none, or its bytes cannot be read.
  init?(_ text: String) {
    guard let begin = text.range(of: Self.begin),
      let labelEnd = text.range(of: Self.dashes, range: begin.upperBound..<text.endIndex)
    else { return nil }
    label = String(text[begin.upperBound..<labelEnd.lowerBound])
    guard label.utf8.count <= Self.longestLabel,
      let end = text.range(of: "-----END \(label)-----", range: labelEnd.upperBound..<text.endIndex)
    else { return nil }
    let body = text[labelEnd.upperBound..<end.lowerBound].replacing("\\n", with: "")
    guard let bytes = Data(base64Encoded: String(body.filter { !$0.isWhitespace })) else { return nil }
    self.bytes = bytes
  }

  /// Whether a text holds a block rather than a path.
  static func isIn(_ text: String) -> Bool { text.contains(begin) }

  private static let begin = "-----BEGIN "
  private static let dashes = "-----"
  private static let longestLabel = 64
}
