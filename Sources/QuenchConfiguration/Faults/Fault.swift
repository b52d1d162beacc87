extension ConfigurationError {
  /// One thing that is wrong with a file, and where.
  public struct Fault: Error, Hashable {
    /// The line, counted from 1.
    public let line: Int
    /// The column, counted from 1 in Unicode scalars.
    public let column: Int
    /// The kind of fault.
    public let code: Code
    /// What is wrong, without the place.
    public let message: String
    /// What to write instead, when that can be told: a key or a value.
    public let suggestion: String?

    /// A fault at a place.
    public init(line: Int, column: Int, code: Code, message: String, suggestion: String? = nil) {
      self.line = line
      self.column = column
      self.code = code
      self.message = message
      self.suggestion = suggestion
    }
  }
}

extension ConfigurationError.Fault {
  /// The longest part of a line that is shown.
  private static let width = 120

  init(_ position: Position, _ code: ConfigurationError.Code, _ message: String, suggestion: String? = nil) {
    self.init(
      line: position.line, column: position.column, code: code, message: message, suggestion: suggestion)
  }

  var position: Position { Position(line: line, column: column) }

  /// The fault as people read it: place, reason and suggestion, then the line and a caret.
  func rendered(file: String, text: SourceText) -> String {
    var lines = ["\(file):\(line):\(column): \(message)\(advice)"]
    let scalars = Array(text.line(line))
    guard !scalars.isEmpty else { return lines[0] }
    let caret = min(column - 1, scalars.count)
    // The caret stays within the part shown of a line that is longer than a terminal is wide.
    let start = max(0, min(caret - Self.width * 2 / 3, scalars.count - Self.width))
    let shown = scalars[start..<min(scalars.count, start + Self.width)]
    lines.append("    " + String(shown.map { $0 == "\t" ? "\t" : Quotation.visible($0) }))
    lines.append("    " + String(scalars[start..<caret].map { $0 == "\t" ? "\t" : " " }) + "^")
    return lines.joined(separator: "\n")
  }

  private var advice: String {
    guard let suggestion else { return "" }
    switch code {
    case .unknownKey: return "; did you mean `\(suggestion)`?"
    case .missingKey: return "; add `\(suggestion)`"
    default: return "; write `\(suggestion)`"
    }
  }
}
