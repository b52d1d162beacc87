import QuenchDiagnostics

/// What can go wrong before a suite's tests can tell anything.
public struct SuiteError: Diagnostic {
  /// The matchable reasons.
  public enum Code: String, Sendable, CaseIterable {
    /// The tests did not build.
    case buildFailed = "build-failed"
    /// There is no package where the suite's definition says.
    case packageMissing = "package-missing"
    /// The package does not say what it has.
    case packageUnreadable = "package-unreadable"
    /// The tests were not built yet, or the build made no test executable.
    case bundleMissing = "bundle-missing"
    /// The built tests could not be listed.
    case listFailed = "list-failed"
    /// A filter, skip or shard of the definition is not valid.
    case definitionInvalid = "definition-invalid"
    /// A result file could not be read as what it should be.
    case reportUnreadable = "report-unreadable"
    /// The folder of logs could not be written.
    case logsUnwritable = "logs-unwritable"
  }

  /// The matchable reason.
  public let code: Code
  /// What went wrong, and with which suite or file.
  public let message: String
  /// What to do next.
  public let remedy: String?
  /// The error underneath.
  public let cause: (any Error)?

  /// Makes an error.
  public init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }

  /// A definition that is not valid is wrong configuration; everything else is an error.
  public var exitStatus: ExitStatus {
    switch code {
    case .definitionInvalid, .packageMissing: .configuration
    default: .error
    }
  }
}
