/// Texts as they may stand in an SVG document.
enum MarkupText {
  /// Any text with markup escaped, so that it may stand in an element or a quoted attribute.
  ///
  /// Characters that XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets) become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// A text of letters, digits and hyphens that begins with a letter, for ids and selectors.
  static func identifier(_ text: String) -> String {
    let kept = text.unicodeScalars.filter { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-": true
      default: false
      }
    }
    let name = String(String.UnicodeScalarView(kept))
    return name.first?.isLetter == true ? name : "plot\(name)"
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFDCF, 0xFDF0...0xFFFD: true
    case 0x10000...0x10FFFF: scalar.value & 0xFFFE != 0xFFFE
    default: false
    }
  }
}
