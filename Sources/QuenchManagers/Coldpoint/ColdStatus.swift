import Foundation
import QuenchInstances
import QuenchLedger

/// The cold sets as they are at this moment.
public struct ColdStatus: Sendable {
  /// One set and how its instances are.
  public struct Group: Sendable {
    /// The build that they run.
    public var build: PromotedBuild
    /// The instances.
    public var members: [InstanceStatus]
    /// Since when the set is live, or not live any more.
    public var since: Date

    /// Whether all its instances are healthy.
    public var isHealthy: Bool { members.allSatisfy { $0.health == .healthy } }
  }

  /// The set that production's traffic goes to; nil while nothing is promoted.
  public var live: Group?
  /// The others that are up, the next to go back to first.
  public var others: [Group]
  /// Whether all of them were stopped on purpose.
  public var isStopped: Bool
}

extension ColdpointManager {
  /// The sets and how their instances are, asked now.
  ///
  /// - Parameter limit: how long each may take to answer; nil for as long as its configuration says.
  public func status(within limit: Duration? = nil) async -> ColdStatus {
    let sets = sets
    let instances = sets.instances
    let health = Dictionary(
      zip(instances.map(\.id), await group.health(of: instances, within: limit)),
      uniquingKeysWith: { first, _ in first })
    func state(_ set: ColdSet) -> ColdStatus.Group {
      ColdStatus.Group(
        build: set.build,
        members: set.instances.map { InstanceStatus(instance: $0, health: health[$0.id] ?? .stopped) }, since: set.since
      )
    }
    return ColdStatus(live: sets.live.map(state), others: sets.others.map(state), isStopped: sets.isStopped)
  }
}
