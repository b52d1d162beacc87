import Yams

/// Says in the file's own terms what the YAML parser stumbled on.
enum SyntaxFault {
  /// The fault for an error of the parser other than a repeated key.
  static func fault(for error: any Error, in text: SourceText) -> ConfigurationError.Fault {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let position = Position(line: mark.line, column: mark.column)
      if problem.contains("nesting level") {
        return .init(position, .tooLarge, "the file is nested deeper than \(DocumentLimits.depth) levels")
      }
      var message = reason(problem, at: position, in: text)
      if let context, context.text.hasPrefix("while") {
        message += " (\(context.text), which starts at \(context.mark.line):\(context.mark.column))"
      }
      return .init(position, .yamlSyntax, message)
    default:
      return .init(.start, .yamlSyntax, "the file is not YAML: \(error)")
    }
  }

  private static func reason(_ problem: String, at position: Position, in text: SourceText) -> String {
    let scalar = text.offset(of: position).flatMap { $0 < text.scalars.count ? text.scalars[$0] : nil }
    switch problem {
    case "found character that cannot start any token":
      guard let scalar else { return problem }
      if scalar == "\t" { return "a tab can not indent YAML; use spaces" }
      return "`\(scalar)` can not start a value; put the value in quotes"
    case "mapping values are not allowed in this context":
      return "a `:` is not allowed here; quote a text that holds `: `, and indent the keys of one mapping alike"
    case "did not find expected key":
      return "a key was expected here; check the indentation and the quotes above"
    case "could not find expected ':'":
      return "a `:` after the key was expected before this"
    case "did not find expected ',' or ']'":
      return "a `,` or `]` was expected here"
    case "did not find expected ',' or '}'":
      return "a `,` or `}` was expected here"
    case "did not find expected node content":
      return "a value was expected here; a text that begins with `[`, `{` or `:` stands in quotes: \"[::1]:8080\""
    case "found unexpected end of stream":
      return "the file ends in the middle of a quoted text"
    case "found undefined alias":
      return "this alias has no anchor (`&name`) above it"
    case "but found another document":
      return "a second document starts here; quench.yml is one document"
    default:
      return problem
    }
  }
}
