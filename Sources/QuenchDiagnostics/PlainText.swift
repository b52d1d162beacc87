extension String {
  /// The text with control characters made visible, so that what a test or a commit says cannot steer the terminal, and with
  /// those that turn the order of letters round, so that it reads as it is.
  public var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          let isControl = scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
          let isHidden = (0x7F...0x9F).contains(scalar.value) || Self.turns.contains(scalar.value)
          return isControl || isHidden ? "\u{FFFD}" : scalar
        }))
  }

  /// Unicode's explicit directional embeddings, overrides and isolates (UAX #9).
  private static let turns = Set<UInt32>(Array(0x202A...0x202E) + Array(0x2066...0x2069))

  /// The same on one line, so that a name or a reason cannot look like a line of somebody else's.
  public var printableLine: String { printable.split(whereSeparator: \.isNewline).joined(separator: " ") }

  /// The text without what terminals take for commands (ECMA-48 control sequences and strings), as of colours in a log.
  public var withoutEscapes: String {
    replacing(#/\u{1B}(?:\[[0-?]*[ -\/]*[@-~]|[\]PX^_][^\u{07}\u{1B}]*(?:\u{07}|\u{1B}\\)|[@-Z\\-_])/#, with: "")
  }

  /// The text with code points replaced, whatever they are combined with.
  ///
  /// What machines read they take apart by code points: to them a quotation mark with an accent is a quotation mark, and the two
  /// of a line's end are two. Swift's own searches go by what people take for one character.
  public func escapingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let text = replacement(scalar) {
        escaped.append(contentsOf: text.unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }

  /// The text cut to `width` characters, with an ellipsis where something was cut.
  public func cut(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }

  /// The text filled up with blanks to `width` characters.
  public func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
