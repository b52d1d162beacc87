import Foundation
import QuenchInstances

/// The kept hot set as it is at this moment.
public struct HotStatus: Sendable {
  /// One instance and how it is.
  public typealias Member = InstanceStatus

  /// An earlier build whose instances are kept up.
  public struct Retained: Sendable {
    /// The commit.
    public var revision: String
    /// The build's digest.
    public var digest: String
    /// Its instances.
    public var members: [Member]
    /// Since when it is retained.
    public var since: Date
    /// Whether its data are at their baseline.
    public var isRestored: Bool

    /// Whether all its instances are healthy.
    public var isHealthy: Bool { members.allSatisfy { $0.health == .healthy } }

    /// Whether it can take over at once.
    public var isReady: Bool { isRestored && isHealthy }
  }

  /// The commit the set is on.
  public var revision: String
  /// The digest of the build it runs.
  public var digest: String
  /// The commit it goes back to after tests.
  public var baseline: String
  /// Its instances.
  public var members: [Member]
  /// What it can be rolled back to at once, the next one first.
  public var retained: [Retained]

  /// Whether all instances are healthy.
  public var isHealthy: Bool { members.allSatisfy { $0.health == .healthy } }
}
