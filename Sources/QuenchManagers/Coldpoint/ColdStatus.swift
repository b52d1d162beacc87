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
  public func status() async -> ColdStatus {
    let sets = sets
    func state(_ set: ColdSet) async -> ColdStatus.Group {
      let health = await group.health(of: set.instances)
      return ColdStatus.Group(
        build: set.build, members: zip(set.instances, health).map { InstanceStatus(instance: $0, health: $1) },
        since: set.since)
    }
    var live: ColdStatus.Group?
    if let set = sets.live { live = await state(set) }
    var others: [ColdStatus.Group] = []
    for set in sets.others { others.append(await state(set)) }
    return ColdStatus(live: live, others: others, isStopped: sets.isStopped)
  }
}
