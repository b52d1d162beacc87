/// Keeps texts that come from the code under test to a size that a report can carry.
enum BoundedText {
  /// The most characters a test's message may have.
  static let limit = 4000

  static func joined(_ lines: [String]) -> String { bounded(lines.joined(separator: "\n")) }

  static func bounded(_ text: String, to limit: Int = limit) -> String {
    guard text.utf8.count > limit, text.count > limit else { return text }
    return text.prefix(limit) + "…"
  }
}
