import Foundation
import QuenchLedger
import QuenchManagers

/// What a command wants promoted (`POST /v1/promotions`).
public struct PromotionOrder: Codable, Sendable, Equatable {
  /// The object id of the revision.
  public var revision: String
  /// Who asks.
  public var actor: String
  /// Why it must never be rolled back by itself; nil when it may be.
  public var noWayBack: String?
  /// How many seconds the new set is watched; nil for what `cold.bake` says.
  public var bakeSeconds: Double?
  /// Whether it waits for its turn while another promotion runs, instead of being refused.
  public var waits: Bool
  /// Why it is to be made although the gate refuses it; nil when the gate has the last word.
  public var override: String?

  private enum CodingKeys: String, CodingKey {
    case revision, actor, override
    case noWayBack = "no_way_back"
    case bakeSeconds = "bake_seconds"
    case waits = "wait"
  }

  /// Makes an order.
  public init(
    revision: String, actor: String, noWayBack: String? = nil, bakeSeconds: Double? = nil, waits: Bool = false,
    override: String? = nil
  ) {
    self.revision = revision
    self.actor = actor
    self.noWayBack = noWayBack
    self.bakeSeconds = bakeSeconds
    self.waits = waits
    self.override = override
  }
}

/// Where a command wants production back (`POST /v1/rollbacks`).
public struct RollbackOrder: Codable, Sendable, Equatable {
  /// The object id of the revision; nil for what was live before.
  public var revision: String?
  /// Who asks.
  public var actor: String
  /// Whether it goes one further back when production was rolled back just before.
  public var further: Bool
  /// Whether it goes back across promotions that have no way back.
  public var force: Bool

  /// Makes an order.
  public init(revision: String? = nil, actor: String, further: Bool = false, force: Bool = false) {
    self.revision = revision
    self.actor = actor
    self.further = further
    self.force = force
  }
}

/// Which promotion a command wants aborted (`POST /v1/abort`).
public struct AbortOrder: Codable, Sendable, Equatable {
  /// The promotion's number; nil for the one under way.
  public var promotion: Int64?
  /// Who asks.
  public var actor: String
  /// Why.
  public var reason: String

  /// Makes an order.
  public init(promotion: Int64? = nil, actor: String, reason: String) {
    self.promotion = promotion
    self.actor = actor
    self.reason = reason
  }
}

/// What a command wants, with its reason: promotions frozen (`PUT /v1/freeze`) or not any more (`DELETE /v1/freeze`), the
/// routes made anew (`POST /v1/routes`).
public struct ReasonedOrder: Codable, Sendable, Equatable {
  /// Who asks.
  public var actor: String
  /// Why.
  public var reason: String

  /// Makes an order.
  public init(actor: String, reason: String) {
    self.actor = actor
    self.reason = reason
  }
}

/// The freeze that was ended; nil when there was none.
public struct FreezeEnding: Codable, Sendable, Equatable {
  /// The freeze.
  public var ended: Freeze?

  /// Names the freeze.
  public init(ended: Freeze?) { self.ended = ended }
}

/// How the cold set is to be stopped (`POST /v1/cold/stop`).
public struct StopOrder: Codable, Sendable, Equatable {
  /// Who asks.
  public var actor: String
  /// How many seconds requests may take to end.
  public var drainSeconds: Double

  private enum CodingKeys: String, CodingKey {
    case actor
    case drainSeconds = "drain_seconds"
  }

  /// Makes an order.
  public init(actor: String, drainSeconds: Double = 30) {
    self.actor = actor
    self.drainSeconds = drainSeconds
  }
}

/// How many instances something was done to.
public struct InstanceCount: Codable, Sendable, Equatable {
  /// How many.
  public var instances: Int

  /// Counts.
  public init(instances: Int) { self.instances = instances }
}

extension StopOrder {
  /// When requests that have not ended are cut off: within an hour.
  public var deadline: Date { Date(timeIntervalSinceNow: min(max(0, drainSeconds), 3600)) }
}

extension PromotionRequest {
  init(_ order: PromotionOrder) {
    self.init(
      revision: order.revision, actor: order.actor, noWayBack: order.noWayBack,
      bake: order.bakeSeconds.map { .seconds($0) }, waits: order.waits, override: order.override)
  }
}

extension RollbackRequest {
  init(_ order: RollbackOrder) {
    self.init(
      revision: order.revision, actor: order.actor, goesFurther: order.further, isForced: order.force)
  }
}
