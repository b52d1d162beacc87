import QuenchConfiguration
import QuenchInstances

/// The instances that traffic may go to, by what they are for: all that routing tables are made of.
public struct Routes: Sendable, Equatable {
  /// One instance that requests can go to.
  public struct Target: Sendable, Equatable {
    /// The instance's id.
    public var id: String
    /// The port it listens on, on the loopback address.
    public var port: Int
    /// The commit it runs.
    public var revision: String
    /// The digest of the build it runs.
    public var digest: String
    /// How its health is known.
    public var health: HealthConfiguration
    /// Whether it is known to have ended, or to be ill.
    public var isDown: Bool

    /// Describes a target.
    public init(_ instance: Instance, health: HealthConfiguration, isDown: Bool = false) {
      id = instance.id
      port = instance.port
      revision = instance.revision
      digest = instance.digest
      self.health = health
      self.isDown = isDown
    }
  }

  /// The live cold set's instances.
  public var cold: [Target]
  /// The hot instances whose build has a passing verdict, so that they may stand in for production.
  public var verifiedHot: [Target]
  /// The other hot instances.
  public var otherHot: [Target]
  /// Cold instances that get no new requests: those to come and those retained.
  public var standby: [Target]
  /// Whether the service keeps data, so that a stand-in takes by default what changes nothing.
  public var hasData: Bool

  /// Describes routes.
  public init(
    cold: [Target] = [], verifiedHot: [Target] = [], otherHot: [Target] = [], standby: [Target] = [],
    hasData: Bool = false
  ) {
    self.cold = cold
    self.verifiedHot = verifiedHot
    self.otherHot = otherHot
    self.standby = standby
    self.hasData = hasData
  }
}
