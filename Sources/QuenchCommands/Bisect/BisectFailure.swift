import QuenchBisect
import QuenchDiagnostics

/// Why a search cannot be begun, or not go on.
struct BisectFailure: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    /// The ends do not make a range.
    case endsInvalid = "bisection-ends-invalid"
    /// There is no such test.
    case testUnknown = "bisection-test-unknown"
    /// The command says that nothing more is to be tried, or cannot be run at all.
    case aborted = "bisection-aborted"
    /// No revision was found at which the tests pass.
    case noGoodEnd = "bisection-no-good-end"
    /// No good revision was found, and there may be one.
    case undecided = "bisection-undecided"
    /// The log cannot be written.
    case logUnwritable = "bisection-log-unwritable"
  }

  let code: Code
  let message: String
  let remedy: String?
  let cause: (any Error)?

  init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    (self.code, self.message, self.remedy, self.cause) = (code, message, remedy, cause)
  }

  var exitStatus: ExitStatus {
    switch code {
    case .endsInvalid, .testUnknown: .usage
    case .noGoodEnd: .failed
    case .undecided: .inconclusive
    case .aborted, .logUnwritable: .error
    }
  }
}
