import QuenchDiagnostics

/// What programs printed and people wrote, as reports have it: bounded, and without what steers a terminal.
enum Excerpt {
  /// How many characters a message, and a line, may have.
  static let most = 8000, mostOfLine = 400

  /// A name, a subject or a reason on one line.
  static func line(_ text: String) -> String {
    ends(of: text, mostOfLine).withoutEscapes.printableLine.cut(to: mostOfLine)
  }

  /// A message: its beginning and its end where it is too long.
  static func text(_ text: String) -> String {
    let plain = plain(ends(of: text, most))
    guard plain.count > most else { return plain }
    return "\(plain.prefix(most / 2))\n… \(plain.count - most) characters or more …\n\(plain.suffix(most / 2))"
  }

  /// A text of any length.
  static func plain(_ text: String) -> String {
    // A line that was written over is what a terminal would show no more.
    text.replacing("\r\n", with: "\n").withoutEscapes.replacing("\r", with: "\n").printable
  }

  /// The bytes at both ends, as many as the most characters may have, so that what is left out costs nothing.
  private static func ends(of text: String, _ most: Int) -> String {
    let bytes = text.utf8, side = most * 8
    guard bytes.count > 2 * side else { return text }
    return String(decoding: bytes.prefix(side), as: UTF8.self) + "\n"
      + String(decoding: bytes.suffix(side), as: UTF8.self)
  }
}
