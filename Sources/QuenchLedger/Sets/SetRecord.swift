import Foundation

/// Which of a service's sets.
public enum SetName: String, Sendable, Hashable, CaseIterable {
  /// The kept hot set, which serves tests.
  case hot
  /// The cold set, which serves production.
  case cold
}

/// A set as it is: what it runs, its instances, and the earlier ones still up for a rollback.
public struct SetRecord: Sendable, Hashable {
  /// The name of the service whose set it is.
  public var service: String
  /// Which set it is.
  public var name: SetName
  /// The object id of the revision it is on; empty for a cold set while nothing is promoted.
  public var revision: String
  /// The digest of the build it runs, in hexadecimal; empty while there is none.
  public var digest: String
  /// The revision it goes back to after tests; nil when it has none.
  public var baseline: String?
  /// Its instances, in order.
  public var members: [InstanceRecord]
  /// Earlier instances that are still up, the next to go back to first.
  public var retained: [RetainedSet]
  /// Whether it was stopped on purpose, and is to stay so.
  public var isStopped: Bool
  /// When it last changed, to the millisecond.
  public var updated: Date

  /// Describes a set.
  public init(
    service: String, name: SetName, revision: String, digest: String, baseline: String? = nil,
    members: [InstanceRecord], retained: [RetainedSet] = [], isStopped: Bool = false, updated: Date = Date()
  ) {
    self.service = service
    self.name = name
    self.revision = revision
    self.digest = digest
    self.baseline = baseline
    self.members = members
    self.retained = retained
    self.isStopped = isStopped
    self.updated = updated.toTheMillisecond
  }
}

/// What a set was before: instances that stay up so that going back is a change of route.
public struct RetainedSet: Sendable, Hashable {
  /// The object id of the revision they run.
  public var revision: String
  /// The digest of the build they run, in hexadecimal.
  public var digest: String
  /// The instances, in order.
  public var members: [InstanceRecord]
  /// Since when they are retained, to the millisecond.
  public var since: Date

  /// Describes a retained set.
  public init(revision: String, digest: String, members: [InstanceRecord], since: Date) {
    self.revision = revision
    self.digest = digest
    self.members = members
    self.since = since.toTheMillisecond
  }
}
