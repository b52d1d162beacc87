import Foundation
import QuenchConfiguration
import QuenchLedger

/// What was decided about a build, and why.
public struct GateDecision: Sendable, Equatable {
  /// A signed statement that a decision rests on.
  public struct Input: Sendable, Hashable {
    /// The SHA-256 of what was signed, in hexadecimal.
    public var digest: String
    /// Where it is: a reference; nil where nobody else can find it.
    public var place: String?

    /// Names a statement.
    public init(digest: String, place: String?) {
      self.digest = digest
      self.place = place
    }
  }

  /// The name of the service.
  public var service: String
  /// The object id of the revision.
  public var revision: String
  /// The digest of the build; nil when there is none.
  public var digest: String?
  /// What was looked at.
  public var reasons: [PromotionReason] = []
  /// The policy that it was decided by; nil where it did not come to that.
  public var policy: GateConfiguration?
  /// The statements that it rests on.
  public var inputs: [Input] = []
  /// When.
  public var decided = Date()

  /// Whether all is as it has to be.
  public var isAllowed: Bool { reasons.allSatisfy(\.ok) }

  /// Whether the build is promoted, be it that somebody overrides what the gate says.
  public var isLetPass: Bool { !reasons.contains(where: \.refuses) }
}
