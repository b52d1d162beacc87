import Foundation
import QuenchLedger

/// The wire form of something that happened with a promotion, `quench.promotion-event/v1`.
public struct PromotionEventDocument: Codable, Sendable, Equatable {
  /// The schema's name and version.
  public static let schema = "quench.promotion-event/v1"

  /// What can happen.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// It was written down, and has a number.
    case requested
    /// It waits for its turn.
    case waiting
    /// A step was begun.
    case began
    /// A step was over.
    case ended
    /// It is over.
    case concluded
    /// Somebody has to look at production.
    case alert
  }

  /// The schema's name and version.
  public var schema: String
  /// The promotion's number.
  public var promotion: Int64
  /// The revision that production is to be on.
  public var revision: String
  /// When it happened.
  public var time: Date
  /// What happened.
  public var event: Kind
  /// The step, where it is about one.
  public var step: PromotionState?
  /// How long the step took.
  public var seconds: Double?
  /// What it waits for, or what is to be looked at.
  public var detail: String?
  /// What the promotion came to.
  public var result: PromotionResult?
  /// What was looked at.
  public var reasons: [PromotionReason]?

  /// Writes down an event.
  public init(_ event: PromotionEvent) {
    schema = Self.schema
    promotion = event.promotion
    revision = event.revision
    time = event.time
    switch event.kind {
    case .requested: self.event = .requested
    case .waiting(let other): (self.event, detail) = (.waiting, other)
    case .began(let state): (self.event, step) = (.began, state)
    case .ended(let state, let seconds): (self.event, step, self.seconds) = (.ended, state, seconds)
    case .concluded(let result, let reasons): (self.event, self.result, self.reasons) = (.concluded, result, reasons)
    case .alert(let text): (self.event, detail) = (.alert, text)
    }
  }
}
