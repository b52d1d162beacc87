import Foundation
import QuenchLedger

extension StatusDocument {
  /// That what is live was promoted although the gate refused it.
  public struct Override: Codable, Sendable, Equatable {
    /// The number of the promotion.
    public var promotion: Int64
    /// Who asked for it.
    public var actor: String
    /// Why.
    public var reason: String
    /// What the gate refused it for.
    public var rules: [String]
    /// When it was asked for.
    public var requested: Date

    /// Tells of a promotion; nil for one that the gate let pass.
    init?(_ record: PromotionRecord) {
      guard let reason = record.override else { return nil }
      promotion = record.id
      actor = record.actor
      self.reason = reason
      rules = record.reasons.filter(\.isOverridden).map(\.rule)
      requested = record.requested
    }
  }
}
