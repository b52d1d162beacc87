import Foundation

/// Colour for people: used only on a terminal, and never against `NO_COLOR` (no-color.org) or `TERM=dumb`.
struct Style: Sendable {
  /// Whether colour is used.
  var isColoured: Bool

  /// Colour as the stream `descriptor` and the environment allow.
  init(for descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
    isColoured =
      isatty(descriptor) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }

  init(isColoured: Bool) {
    self.isColoured = isColoured
  }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "31") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  /// The text with control characters made visible, so that what a test or a commit says cannot steer the terminal.
  var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          let isControl = scalar.value < 0x20 && scalar != "\n" && scalar != "\t"
          return isControl || (0x7F...0x9F).contains(scalar.value) ? "\u{FFFD}" : scalar
        }))
  }

  /// The same on one line, so that a name or a reason cannot look like a line of somebody else's.
  var printableLine: String { printable.split(whereSeparator: \.isNewline).joined(separator: " ") }

  /// The text cut to `width` characters, with an ellipsis where something was cut.
  func cut(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }

  /// The text filled up with blanks to `width` characters.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
