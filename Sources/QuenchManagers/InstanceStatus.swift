import QuenchInstances

/// One instance and how it is.
public struct InstanceStatus: Sendable {
  /// The instance.
  public var instance: Instance
  /// How it is.
  public var health: InstanceHealth
}
