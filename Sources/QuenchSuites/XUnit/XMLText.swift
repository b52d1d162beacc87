/// Makes any text safe to stand in an XML document.
public enum XMLText {
  /// The text with markup escaped, so that it may stand in an element or a quoted attribute.
  ///
  /// Characters XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets) become U+FFFD; a `>` is always escaped, so
  /// that `]]>` can not occur.
  public static func escaped(_ text: String, keepingLines: Bool = true) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      case "\n": result += keepingLines ? "\n" : "&#10;"
      case "\r": result += "&#13;"
      case "\t": result += keepingLines ? "\t" : "&#9;"
      default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFDCF, 0xFDF0...0xFFFD: true
    case 0x10000...0x10FFFF: scalar.value & 0xFFFE != 0xFFFE
    default: false
    }
  }
}
