import QuenchDiagnostics

/// The wire form of an error that the control plane met: enough to tell it as one's own.
public struct ControlFailure: Codable, Sendable, Equatable {
  /// The matchable reason, in kebab-case.
  public var code: String
  /// What went wrong.
  public var message: String
  /// What to do next.
  public var remedy: String?
  /// The messages of the errors underneath, the nearest first.
  public var causes: [String]
  /// The status that the command ends with.
  public var exitStatus: Int32

  private enum CodingKeys: String, CodingKey {
    case code, message, remedy, causes
    case exitStatus = "exit_status"
  }

  /// Writes down an error.
  public init(_ error: any Error) {
    let diagnostic = error as? any Diagnostic
    code = diagnostic?.codeText ?? "unexpected"
    message = DiagnosticText.message(of: error)
    remedy = diagnostic?.remedy
    exitStatus = (diagnostic?.exitStatus ?? .error).rawValue
    var causes: [String] = []
    var next = diagnostic?.cause
    while let cause = next {
      causes.append(DiagnosticText.message(of: cause))
      remedy = remedy ?? (cause as? any Diagnostic)?.remedy
      next = (cause as? any Diagnostic)?.cause
    }
    self.causes = causes
  }

  /// The error again, on the other side.
  public var error: RemoteError {
    RemoteError(
      code: RemoteError.Code(rawValue: code), message: ([message] + causes).joined(separator: "\n  "), remedy: remedy,
      exitStatus: ExitStatus(rawValue: exitStatus) ?? .error)
  }
}

extension Diagnostic {
  fileprivate var codeText: String { code.rawValue }
}
