/// Quotes words of the file in messages: on one line, not endless, and without characters that steer a terminal.
enum Quotation {
  /// `text` between backquotes.
  static func of(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(60) { shown.append(visible(scalar)) }
    return "`" + shown + (text.unicodeScalars.count > 60 ? "…" : "") + "`"
  }

  /// A character that can be shown on a terminal as part of a line.
  static func visible(_ scalar: Unicode.Scalar) -> Character {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
    default: Character(scalar)
    }
  }
}
