import QuenchDiagnostics

/// The wire form of an error, `quench.error/v1`: what stdout carries when there is nothing else to say.
public struct ErrorDocument: WireDocument, Equatable {
  /// The schema's name and version.
  public static let schema = "quench.error/v1"

  /// The matchable reason, in kebab-case.
  public let code: String
  /// What went wrong, and where.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The messages of the errors underneath, the nearest first.
  public let causes: [String]

  /// Writes down an error; one that is no `Diagnostic` has the code `unexpected`.
  public init(_ error: any Error) {
    code = (error as? any Diagnostic)?.codeText ?? "unexpected"
    message = DiagnosticText.message(of: error)
    var causes: [String] = []
    var remedy: String?
    var next: (any Error)? = error
    while let diagnostic = next as? any Diagnostic {
      remedy = remedy ?? diagnostic.remedy
      next = diagnostic.cause
      if let next { causes.append(DiagnosticText.message(of: next)) }
    }
    self.remedy = remedy
    self.causes = causes
  }

  private enum CodingKeys: String, CodingKey {
    case schema, code, message, remedy, causes
  }

  /// Reads the keys of `quench.error/v1`; keys it does not know are ignored.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    code = try keys.decode(String.self, forKey: .code)
    message = try keys.decode(String.self, forKey: .message)
    remedy = try keys.decodeIfPresent(String.self, forKey: .remedy)
    causes = try keys.decodeIfPresent([String].self, forKey: .causes) ?? []
  }

  /// Writes every key, with `null` for a remedy that is not known.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(Self.schema, forKey: .schema)
    try keys.encode(code, forKey: .code)
    try keys.encode(message, forKey: .message)
    try keys.encode(remedy, forKey: .remedy)
    try keys.encode(causes, forKey: .causes)
  }
}

extension Diagnostic {
  fileprivate var codeText: String { code.rawValue }
}
