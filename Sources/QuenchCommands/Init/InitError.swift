import QuenchDiagnostics

/// Why no configuration could be written.
struct InitError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    case noProgram = "no-program"
    case bare = "repository-bare"
    case exists = "configuration-exists"
    case unwritable = "configuration-unwritable"
  }

  let code: Code
  let message: String
  let remedy: String?
  let cause: (any Error)?

  init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }
}
