/// Writes one value so that any YAML parser reads back the same text.
enum YAMLScalar {
  /// Words that YAML 1.1 or 1.2 would read as something other than a text.
  private static let words: Set<String> = [
    "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan",
  ]

  /// `text` plain where that is safe, else in double quotes; within `[…]` and `{…}` less is safe.
  static func text(_ text: String, inFlow: Bool = true) -> String {
    isPlain(text, inFlow: inFlow) ? text : quoted(text)
  }

  /// A list on one line.
  static func list(_ texts: [String]) -> String {
    "[" + texts.map { text($0) }.joined(separator: ", ") + "]"
  }

  private static func isPlain(_ text: String, inFlow: Bool) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    guard !words.contains(text.lowercased()), Double(text) == nil else { return false }
    guard first.isLetterOrDigit || first == "." || first == "/" || first == "_" else { return false }
    guard last != " ", last != ":", !text.contains(": "), !text.contains(" #") else { return false }
    // Sexagesimal numbers, dates and `0x…` of YAML 1.1 begin with a digit; other texts that do are few.
    guard !first.isDigit || text.unicodeScalars.contains(where: { $0.isLetter && $0 != "x" }) else { return false }
    let marks = inFlow ? " ./_-+=:;@%^~$()<>|&*!\\\"'" : " ./_-+=:;@%^~$()<>|&*!\\\"'?#,[]{}"
    return text.unicodeScalars.allSatisfy { $0.isLetterOrDigit || marks.unicodeScalars.contains($0) }
  }

  /// Double quotes with the escapes of YAML 1.1, section 5.6.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        let code = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value <= 0xFF ? 2 : scalar.value <= 0xFFFF ? 4 : 8
        let letter = width == 2 ? "x" : width == 4 ? "u" : "U"
        let isReadable = scalar.value >= 0xA1 && scalar.properties.generalCategory.isGraphic
        result += isReadable ? String(scalar) : "\\" + letter + String(repeating: "0", count: width - code.count) + code
      }
    }
    return result + "\""
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
  fileprivate var isLetterOrDigit: Bool { isDigit || isLetter }
}

extension Unicode.GeneralCategory {
  /// Letters, numbers, punctuation and symbols: what can be shown and is no space and no format character.
  fileprivate var isGraphic: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      false
    default: true
    }
  }
}
