/// The `hot` section: the set that serves tests and may stand in for production.
public struct HotConfiguration: Sendable, Equatable {
  /// The revision a kept set is on between two runs, and what `quench hot deploy` deploys unless told otherwise.
  public enum Baseline: Sendable, Equatable {
    /// What is promoted; until something is, what was deployed.
    case live
    /// The revision that this name resolves to.
    case named(String)
  }

  /// What of production's traffic a hot stand-in may take.
  public enum Fallback: String, Sendable, CaseIterable {
    /// GET and HEAD.
    case safe
    /// Everything.
    case all
    /// Nothing.
    case none
  }

  /// How many instances the set has.
  public var instances: Int
  /// The revision a kept set is on between two runs.
  public var baseline: Baseline
  /// How many earlier builds stay ready for a rollback.
  public var retain: Int
  /// What the file says a stand-in may take; nil when it says nothing (see ``Configuration/fallback``).
  public var fallback: Fallback?

  /// Two instances on what is live, two builds retained, unless given otherwise.
  public init(instances: Int = 2, baseline: Baseline = .live, retain: Int = 2, fallback: Fallback? = nil) {
    self.instances = instances
    self.baseline = baseline
    self.retain = retain
    self.fallback = fallback
  }
}
