import QuenchDiagnostics

/// Text from elsewhere as it stands in Markdown (GitHub Flavored Markdown 0.29), where nothing of it is markup.
enum Markdown {
  /// On one line, as in a cell of a table.
  static func text(_ text: String) -> String {
    let escaped = Excerpt.line(text).escapingScalars { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      // A name behind it would be told.
      case "@": "&#64;"
      case "#": "&#35;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "!", "(", ")", "{", "}", "$": "\\\(scalar)"
      default: nil
      }
    }
    // What looks like an address would become a link.
    return escaped.replacing("://", with: ":\u{2060}//").replacing("www.", with: "www\u{2060}.")
  }

  /// As a span of code on one line.
  static func code(_ text: String) -> String {
    let line = Excerpt.line(text).escapingScalars { $0 == "|" ? "¦" : nil }
    guard !line.isEmpty else { return "` `" }
    let fence = String(repeating: "`", count: longestFence(in: line) + 1)
    return "\(fence) \(line) \(fence)"
  }

  /// As a block of code.
  static func block(_ text: String) -> String {
    let plain = Excerpt.text(text), fence = String(repeating: "`", count: max(3, longestFence(in: plain) + 1))
    return "\(fence)text\n\(plain)\n\(fence)"
  }

  private static func longestFence(in text: String) -> Int {
    var longest = 0, length = 0
    for scalar in text.unicodeScalars {
      length = scalar == "`" ? length + 1 : 0
      longest = max(longest, length)
    }
    return longest
  }

  /// A table.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    ([header, header.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  /// The parts in their order, as many as there is room for, and what is to be said of the rest.
  ///
  /// - Parameter limit: how many bytes there may be.
  static func joined(_ parts: [String], limit: Int) -> String {
    guard limit > 400 else { return "" }
    var text = "", left = limit - 200
    for (index, part) in parts.enumerated() {
      left -= part.utf8.count + 2
      guard left >= 0 else { return text + "… \((parts.count - index).counting("part")) left out for want of room\n" }
      text += part + "\n\n"
    }
    return text
  }
}
