import Foundation
import QuenchInstances
import QuenchLedger

/// Instances of one build that serve, served or are to serve production.
public struct ColdSet: Sendable, Hashable {
  /// The build that all of them run.
  public var build: PromotedBuild
  /// The instances.
  public var instances: [Instance]
  /// Since when it is live, or not live any more.
  public var since: Date

  /// Describes a set.
  public init(build: PromotedBuild, instances: [Instance], since: Date = Date()) {
    self.build = build
    self.instances = instances
    self.since = since
  }
}

/// The cold sets of a service: the one that is live, and others that are up beside it.
public struct ColdSets: Sendable, Hashable {
  /// The set that production's traffic goes to; nil while nothing is promoted.
  public private(set) var live: ColdSet?
  /// The others: those to come, and earlier ones, the next to go back to first.
  public private(set) var others: [ColdSet]
  /// Whether all of them were stopped on purpose.
  public var isStopped: Bool

  /// No sets.
  public init() {
    others = []
    isStopped = false
  }

  /// What the ledger has.
  init(_ record: SetRecord) {
    live = record.live.map { ColdSet(build: $0, instances: record.instances, since: record.updated) }
    others = record.retained.map { earlier in
      ColdSet(
        build: PromotedBuild(revision: earlier.revision, digest: earlier.digest), instances: earlier.instances,
        since: earlier.since)
    }
    isStopped = record.isStopped
  }

  /// What the ledger is to have.
  func record(of service: String) -> SetRecord {
    SetRecord(
      service: service, name: .cold, revision: live?.build.revision ?? "", digest: live?.build.digest ?? "",
      members: (live?.instances ?? []).map(InstanceRecord.init),
      retained: others.map { other in
        RetainedSet(
          revision: other.build.revision, digest: other.build.digest, members: other.instances.map(InstanceRecord.init),
          since: other.since)
      }, isStopped: isStopped, updated: live?.since ?? Date())
  }

  /// All sets, the live one first.
  public var all: [ColdSet] { (live.map { [$0] } ?? []) + others }

  /// All instances of all sets.
  public var instances: [Instance] { all.flatMap(\.instances) }

  /// The set that runs a build; nil when none does.
  public func set(of digest: String) -> ColdSet? { all.first { $0.build.digest == digest } }

  /// Adds a set that is not live, in place of one of the same build.
  mutating func add(_ set: ColdSet) {
    others.removeAll { $0.build.digest == set.build.digest }
    others.append(set)
  }

  /// Has another set be live, or none; the one that was becomes the next to go back to.
  ///
  /// - Throws: `ManagerError` with code `no-set` when no set runs the build.
  mutating func makeLive(_ digest: String?, now: Date = Date()) throws(ManagerError) {
    guard digest != live?.build.digest else { return }
    let next = others.first { $0.build.digest == digest }
    if let digest, next == nil {
      throw ManagerError(
        .noSet, "no set of the build \(digest.prefix(12)) is up, so traffic cannot go to it", remedy: "quench status")
    }
    others.removeAll { $0.build.digest == digest }
    if var before = live {
      before.since = now
      others.insert(before, at: 0)
    }
    live = next
    live?.since = now
    // What is promoted is to serve, whatever was stopped before.
    if digest != nil { isStopped = false }
  }

  /// Forgets a set that is not live.
  mutating func remove(_ digest: String) { others.removeAll { $0.build.digest == digest } }

  /// Puts an instance in the place of another one.
  mutating func replace(_ id: String, with instance: Instance) {
    func replaced(_ set: ColdSet) -> ColdSet {
      var set = set
      for index in set.instances.indices where set.instances[index].id == id { set.instances[index] = instance }
      return set
    }
    live = live.map(replaced)
    others = others.map(replaced)
  }
}
