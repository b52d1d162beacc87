import Foundation

/// A build as production knows it.
public struct PromotedBuild: Sendable, Hashable, Codable {
  /// The object id of the revision.
  public var revision: String
  /// The digest of the build, in hexadecimal.
  public var digest: String

  /// Names a build.
  public init(revision: String, digest: String) {
    self.revision = revision
    self.digest = digest
  }
}

/// How a promotion is to be made, as it was when it was asked for.
public struct PromotionOptions: Sendable, Hashable, Codable {
  /// How many instances the new set has.
  public var instances: Int
  /// How many earlier sets stay up.
  public var retain: Int
  /// How long the new set is watched, in seconds.
  public var bakeSeconds: Double
  /// Why the promotion must never be rolled back by itself; nil when it may be.
  public var noWayBack: String?
  /// Whether a rollback may cross promotions that have no way back.
  public var isForced: Bool
  /// Why it is to be made although the gate refuses it; nil when the gate has the last word.
  public var override: String?

  /// Makes options.
  public init(
    instances: Int = 2, retain: Int = 1, bakeSeconds: Double = 30, noWayBack: String? = nil, isForced: Bool = false,
    override: String? = nil
  ) {
    self.instances = instances
    self.retain = retain
    self.bakeSeconds = bakeSeconds
    self.noWayBack = noWayBack
    self.isForced = isForced
    self.override = override
  }
}

/// What the journal knows of one promotion or rollback.
public struct PromotionRecord: Sendable, Hashable {
  /// Which way production is moved.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// To a build that passes the gate.
    case promotion
    /// To a build that was live before.
    case rollback
  }

  /// The promotion's number; later ones have greater numbers.
  public var id: Int64
  /// The name of the service.
  public var service: String
  /// Which way production is moved.
  public var kind: Kind
  /// What was live when it was asked for; nil when nothing was.
  public var from: PromotedBuild?
  /// The object id of the revision that production is to be on.
  public var revision: String
  /// The digest of the build that production is to be on; nil when there is none, which is refused.
  public var digest: String?
  /// How it is to be made.
  public var options: PromotionOptions
  /// How far it has come.
  public var state: PromotionState
  /// Whether production's traffic ever went to the build because of it.
  public var isRouted: Bool
  /// What it came to; nil while it is not over.
  public var result: PromotionResult?
  /// What was looked at.
  public var reasons: [PromotionReason]
  /// Who asked for it.
  public var actor: String
  /// When it was asked for, to the millisecond.
  public var requested: Date
  /// When it was over, to the millisecond.
  public var finished: Date?

  /// Why it was made although the gate refused it; nil when the gate let it pass, or had the last word.
  public var override: String? { reasons.contains(where: \.isOverridden) ? options.override : nil }

  /// The build that production is to be on.
  public var to: PromotedBuild? { digest.map { PromotedBuild(revision: revision, digest: $0) } }
}

extension PromotionRecord {
  /// A promotion that nobody has asked for yet, later than all that were.
  public init(
    proposing revision: String, digest: String?, of service: String, from: PromotedBuild?, options: PromotionOptions,
    actor: String
  ) {
    self.init(
      id: .max, service: service, kind: .promotion, from: from, revision: revision, digest: digest, options: options,
      state: .requested, isRouted: false, result: nil, reasons: [], actor: actor, requested: Date(), finished: nil)
  }
}

/// One step of a promotion: when it was begun, and when and how it was over.
public struct PromotionStep: Sendable, Hashable {
  /// The state that it reaches.
  public var name: PromotionState
  /// When its intent was written down, to the millisecond.
  public var began: Date
  /// When it has to be over at the latest; nil for never.
  public var deadline: Date?
  /// When its outcome was written down; nil while it is not over.
  public var ended: Date?
  /// What is known of it, by name.
  public var detail: [String: EventDetail]

  /// How long it took, in seconds; nil while it is not over.
  public var seconds: Double? { ended.map { $0.timeIntervalSince(began) } }
}
