import Mustache
import QuenchSuites

/// Text as it stands in HTML, escaped by code points (HTML Living Standard, §13.3).
///
/// Mustache's own escaping goes by what readers take for one character: it knows no quotation mark that has an accent, which
/// for a browser is a quotation mark.
struct HTMLScalars: MustacheContentType {
  /// What templates call it.
  static let name = "SCALARS"

  func escapeText(_ text: String) -> String { XMLText.escaped(text) }
}
