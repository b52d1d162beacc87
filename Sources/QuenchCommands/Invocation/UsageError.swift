import QuenchDiagnostics

/// A command line that can be read but not meant: an unknown suite, an empty range.
struct UsageError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    case usage
  }

  let message: String
  let remedy: String?
  var code: Code { .usage }
  var cause: (any Error)? { nil }
  var exitStatus: ExitStatus { .usage }

  init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }
}
