/// The `cold` section: the set that serves production.
public struct ColdConfiguration: Sendable, Equatable {
  /// The instance providers that a file may name.
  public static let providers = ["process", "container", "cluster"]

  /// How many instances the set has.
  public var instances: Int
  /// How many earlier sets stay up for a rollback that is only a change of route.
  public var retain: Int
  /// How long a promotion is watched before the old set may stop.
  public var bake: Duration
  /// What runs the instances, one of ``providers``.
  public var provider: String

  /// Two instances as processes, one set retained, half a minute to bake, unless given otherwise.
  public init(instances: Int = 2, retain: Int = 1, bake: Duration = .seconds(30), provider: String = "process") {
    self.instances = instances
    self.retain = retain
    self.bake = bake
    self.provider = provider
  }
}
