import Foundation
import QuenchInstances
import QuenchLedger
import QuenchState
import SystemPackage

/// A stay of a build under test in the hot set: its instances, and the way back.
public struct HotVisit: Sendable {
  /// The instances that serve the tests.
  public var instances: [Instance]
  /// The revision the kept set goes back to; nil where there is no kept set.
  public var baseline: String?

  let lock: SetLock?
}

extension HotpointManager {
  /// Starts instances of a build for tests.
  ///
  /// With a kept set, the set rolls to the build, and its own instances stand aside with their data untouched; visits
  /// take turns. Without one the instances are the visit's own. Either way they end with this process.
  ///
  /// - Parameters:
  ///   - deployment: the build under test, and how many instances of it.
  ///   - onWait: told once, when another command is at work on the set.
  /// - Throws: `InstanceError`, `LedgerError`, `StateError`, or `CancellationError`; nothing is left running then, and
  ///   the set is as it was.
  public func begin(_ deployment: Deployment, onWait: (@Sendable (String) -> Void)? = nil) async throws -> HotVisit {
    var lock: SetLock?
    if try await ledger.loadSet(.hot, service: service) != nil {
      lock = try await acquire("verifying \(deployment.revision.prefix(12))", onWait)
    }
    let set = lock == nil ? nil : try await recover()
    let instances = try await group.start(deployment, temperature: .hot, isKept: false)
    guard let set, let lock else { return HotVisit(instances: instances, baseline: nil, lock: nil) }
    do {
      let aside = RetainedSet(revision: set.revision, digest: set.digest, members: set.members, since: Date())
      try await ledger.saveSet(
        SetRecord(
          service: service, name: .hot, revision: deployment.revision, digest: deployment.digest,
          baseline: set.revision,
          members: instances.map(InstanceRecord.init), retained: [aside] + set.retained))
    } catch {
      _ = await group.remove(instances)
      throw error
    }
    return HotVisit(instances: instances, baseline: set.revision, lock: lock)
  }

  /// Puts an instance of a visit back to the data it started with.
  ///
  /// - Throws: `InstanceError`, or `CancellationError`.
  public func reset(_ instance: Instance) async throws { try await group.reset([instance]) }

  /// How instances are, asked now, in their order.
  public func health(of instances: [Instance]) async -> [InstanceHealth] { await group.health(of: instances) }

  /// Ends a visit: the kept set goes back to its baseline, and the visit's instances are stopped.
  ///
  /// - Returns: what kept the set from its baseline, which the next command that uses it tries again, and what of the
  ///   visit's instances could not be cleaned up.
  public func end(_ visit: HotVisit) async -> [any Error] {
    var failures: [any Error] = []
    if visit.baseline != nil {
      do {
        // The way back is taken to its end although the task may be cancelled.
        _ = try await Task.detached { try await returnToBaseline() }.value
      } catch {
        failures.append(error)
      }
    }
    return failures + (await group.remove(visit.instances))
  }

  /// Puts the hot sets of all services right after commands that were killed, unless one is at work, and then cleans up.
  ///
  /// - Parameter cleanUp: given the names of the folders that belong to the sets; nil when another command is at work.
  static func settle(
    state: StateDirectory, ledger: Ledger, provider: any InstanceProvider, _ cleanUp: (Set<String>?) async -> Void
  ) async throws {
    guard let lock = try SetLock.all(.hot, in: state, reason: "cleaning up") else { return await cleanUp(nil) }
    defer { withExtendedLifetime(lock) {} }
    for set in try await ledger.sets() where set.name == .hot {
      _ = try await HotpointManager(service: set.service, state: state, ledger: ledger, provider: provider).recover()
    }
    let instances = try await ledger.sets().flatMap { $0.instances + $0.retained.flatMap(\.members.instances) }
    await cleanUp(Set((instances.map(\.folder) + instances.compactMap(\.shared)).map(\.name)))
  }

  /// The set as it should be: when a visit was killed before it ended, the set goes back to its baseline first.
  ///
  /// The caller holds the lock, which a killed visit no longer does.
  func recover() async throws -> SetRecord? {
    guard let set = try await ledger.loadSet(.hot, service: service) else { return nil }
    // Only a visit has a baseline to go back to.
    guard set.baseline != nil else { return set }
    let visitors = set.members.instances
    let restored = try await returnToBaseline()
    _ = await group.remove(visitors)
    return restored
  }

  private func returnToBaseline() async throws -> SetRecord? {
    guard let set = try await ledger.loadSet(.hot, service: service), let baseline = set.retained.first else {
      return nil
    }
    let restored = SetRecord(
      service: service, name: .hot, revision: baseline.revision, digest: baseline.digest,
      members: baseline.members,
      retained: Array(set.retained.dropFirst()))
    try await ledger.saveSet(restored)
    return restored
  }
}
