import QuenchDiagnostics

/// A line by which a job's step tells its CI system something: `::error file=a.swift,line=3::text` for GitHub Actions,
/// `##vso[task.logissue type=error]text` for Azure Pipelines.
struct WorkflowCommand: CustomStringConvertible {
  let description: String

  private static let lineEscapes: [Unicode.Scalar: String] = ["\r": "%0D", "\n": "%0A"]

  /// As GitHub Actions takes it (its toolkit's `command.ts` says what is escaped).
  init(github name: String, _ properties: [(String, String?)], _ text: String) {
    let escapes = Self.lineEscapes.merging(["%": "%25"]) { $1 }
    let given = Self.given(properties, escapes.merging([":": "%3A", ",": "%2C"]) { $1 })
    let head = given.isEmpty ? name : "\(name) \(given.joined(separator: ","))"
    description = "::\(head)::" + text.escapingScalars { escapes[$0] }
  }

  /// As Azure Pipelines takes it.
  init(azure name: String, _ properties: [(String, String?)], _ text: String) {
    let escapes = Self.lineEscapes.merging(["%": "%AZP25"]) { $1 }
    let given = Self.given(properties, escapes.merging([";": "%3B", "]": "%5D"]) { $1 }).map { "\($0);" }
    let head = given.isEmpty ? name : "\(name) \(given.joined())"
    description = "##vso[\(head)]" + text.escapingScalars { escapes[$0] }
  }

  private static func given(_ properties: [(String, String?)], _ escapes: [Unicode.Scalar: String]) -> [String] {
    properties.compactMap { key, value in value.map { "\(key)=\($0.escapingScalars { escapes[$0] })" } }
  }

  /// A text in which nothing is such a command, whoever wrote it.
  ///
  /// The systems look at each line that a step prints: for `::` at its beginning, and for `##vso[` and `##[` anywhere.
  static func disarmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.contains(":") || scalars.contains("#") else { return text }
    var harmless = String.UnicodeScalarView()
    // How far into a line only blanks were, and what may be the beginning of a command.
    var isBlank = true, last: Unicode.Scalar?
    for scalar in scalars {
      if last == ":", scalar == ":", isBlank { harmless.append(" ") }
      if scalar == "[", endsWithMark(harmless) { harmless.append(" ") }
      if isBlank, scalar != ":" || last == ":" { isBlank = scalar.properties.isWhitespace }
      if scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}" { isBlank = true }
      harmless.append(scalar)
      last = scalar
    }
    return String(harmless)
  }

  /// Whether a text ends with what begins a command for Azure Pipelines and its like.
  private static func endsWithMark(_ text: String.UnicodeScalarView) -> Bool {
    let end = String.UnicodeScalarView(text.suffix(5))
    return end.elementsEqual("##vso".unicodeScalars) || end.suffix(2).elementsEqual("##".unicodeScalars)
  }
}

extension CISystem {
  /// A text for the job's log, in which nothing steers the system.
  public func harmless(_ text: String) -> String {
    self == .github || self == .azure ? WorkflowCommand.disarmed(text) : text
  }

  /// A JSON document for the job's log: the same document, in which nothing steers the system.
  public func harmless(json: String) -> String {
    // Lines of a document begin with a bracket or a quotation mark.
    self == .github || self == .azure ? json.replacing("##", with: #"#\u0023"#) : json
  }
}
