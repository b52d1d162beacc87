import QuenchConfiguration
import QuenchLedger

/// Decides whether a build may be promoted.
public protocol Gate: Sendable {
  /// What the gate looked at, each with whether it holds; a build passes when all do.
  ///
  /// - Parameter candidate: what is to be promoted, with the policy of the host that decides.
  func decide(_ candidate: PromotionCandidate) async throws -> [PromotionReason]
}

extension Configuration {
  /// The suites that a build has to pass: those that the gate names, else all.
  var gateSuites: [String] { gate.suites ?? suites.map(\.name) }
}
