import Foundation
import QuenchLedger

/// What was decided about a build, and why.
public struct GateDecision: Sendable, Hashable {
  /// The name of the service.
  public var service: String
  /// The object id of the revision.
  public var revision: String
  /// The digest of the build; nil when there is none.
  public var digest: String?
  /// What was looked at.
  public var reasons: [PromotionReason]
  /// When.
  public var decided: Date

  /// Whether the build may be promoted.
  public var isAllowed: Bool { reasons.allSatisfy(\.ok) }
}
