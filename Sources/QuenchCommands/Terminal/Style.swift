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
