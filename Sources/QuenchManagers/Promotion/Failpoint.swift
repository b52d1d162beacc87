import Foundation
import QuenchLedger

/// A place in a promotion at which the process is killed, for tests of recovery.
///
/// `QUENCH_FAILPOINT=<step>:before` kills it when the step's intent is written down and nothing of it is done;
/// `<step>:after` when all of it is done and its outcome is not written down.
public enum Failpoint: String, Sendable, CaseIterable {
  /// The intent is written down.
  case before
  /// The outcome is not.
  case after

  /// The name of the environment variable.
  public static let variable = "QUENCH_FAILPOINT"

  /// Ends the process, at once and without any clean-up, when this is the place that the environment names.
  func pass(_ step: PromotionState) {
    guard let wanted = getenv(Self.variable), String(cString: wanted) == "\(step.rawValue):\(rawValue)" else { return }
    kill(getpid(), SIGKILL)
    // The signal may reach another thread first; nothing is done here until it does.
    while true { pause() }
  }
}
