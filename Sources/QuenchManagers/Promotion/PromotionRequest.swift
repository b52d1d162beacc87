/// What is to be promoted, and how.
public struct PromotionRequest: Sendable {
  /// The object id of the revision.
  public var revision: String
  /// Who asks.
  public var actor: String
  /// Why it must never be rolled back by itself; nil when it may be.
  public var noWayBack: String?
  /// How long the new set is watched; nil for what the configuration says.
  public var bake: Duration?
  /// Whether it waits for its turn while another promotion runs; otherwise it is refused then.
  public var waits: Bool
  /// Why it is to be made although the gate refuses it; nil when the gate has the last word.
  public var override: String?

  /// Makes a request.
  public init(
    revision: String, actor: String, noWayBack: String? = nil, bake: Duration? = nil, waits: Bool = false,
    override: String? = nil
  ) {
    self.revision = revision
    self.actor = actor
    self.noWayBack = noWayBack
    self.bake = bake
    self.waits = waits
    self.override = override
  }
}

/// Where production is to go back to.
public struct RollbackRequest: Sendable {
  /// The object id of the revision; nil for what was live before.
  public var revision: String?
  /// Who asks.
  public var actor: String
  /// Whether it goes one further back when production was rolled back just before.
  public var goesFurther: Bool
  /// Whether it goes back across promotions that have no way back.
  public var isForced: Bool

  /// Makes a request.
  public init(revision: String? = nil, actor: String, goesFurther: Bool = false, isForced: Bool = false) {
    self.revision = revision
    self.actor = actor
    self.goesFurther = goesFurther
    self.isForced = isForced
  }
}
