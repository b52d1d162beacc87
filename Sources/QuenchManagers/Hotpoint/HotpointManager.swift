import Foundation
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger
import QuenchState

/// Deploys, starts, stops and rolls back the kept hot set, and lends it to verifications.
///
/// The set is in the ledger, its instances outlive the command that started them, and one command at a time changes it.
public struct HotpointManager: Sendable {
  let service: String
  let ledger: Ledger
  let state: StateDirectory
  let group: InstanceGroup

  /// Makes a manager of the hot set of a service in `state`.
  public init(service: String, state: StateDirectory, ledger: Ledger, provider: any InstanceProvider) {
    self.service = service
    self.state = state
    self.ledger = ledger
    group = InstanceGroup(provider: provider)
  }

  /// Moves the set to a build, and returns when all its instances are healthy; what was there before is retained.
  ///
  /// The order is always: start, healthy, switch, retain, record; when anything fails before the switch, the set is as
  /// it was.
  ///
  /// - Parameters:
  ///   - deployment: the build, and how many instances of it.
  ///   - retain: how many earlier builds stay up; older ones are stopped.
  ///   - onWait: told once, when another command is at work on the set.
  ///   - onSwitch: called when the set is on the build and what is not retained still runs, for traffic to be told.
  /// - Throws: `InstanceError`, `LedgerError`, `StateError`, or `CancellationError`.
  public func deploy(
    _ deployment: Deployment, retain: Int, onWait: (@Sendable (String) -> Void)? = nil,
    onSwitch: (@Sendable () async -> Void)? = nil
  ) async throws -> HotMove {
    let lock = try await acquire("deploying \(deployment.revision.prefix(12))", onWait)
    defer { withExtendedLifetime(lock) {} }
    let before = try await recover()
    if let before, before.retained.count <= retain, await isUp(deployment, as: before) {
      return HotMove(.unchanged, from: before.revision, to: before.revision)
    }
    let instances = try await group.start(deployment, temperature: .hot, isKept: true)
    var retained = before?.retained ?? []
    if let before, !before.members.isEmpty {
      retained.insert(
        RetainedSet(revision: before.revision, digest: before.digest, members: before.members, since: Date()), at: 0)
    }
    let dropped = retained.dropFirst(max(0, retain))
    do {
      try await ledger.saveSet(
        SetRecord(
          service: service, name: .hot, revision: deployment.revision, digest: deployment.digest,
          members: instances.map(InstanceRecord.init), retained: Array(retained.prefix(max(0, retain)))))
    } catch {
      _ = await group.remove(instances)
      throw error
    }
    await onSwitch?()
    let failures = await group.remove(dropped.flatMap(\.members).instances)
    await note(
      LedgerEvent(
        "deployed", subject: "hot",
        detail: ["revision": .text(deployment.revision), "from": .text(before?.revision ?? "nothing")]))
    return HotMove(
      .started, from: before?.revision, to: deployment.revision,
      leftBehind: failures.flatMap(DiagnosticText.lines(of:)))
  }

  /// Whether a set is on a deployment already: the same bytes, run in the same way, and all of it healthy.
  private func isUp(_ deployment: Deployment, as set: SetRecord) async -> Bool {
    guard set.revision == deployment.revision, set.digest == deployment.digest,
      set.members.count == deployment.count,
      set.instances.allSatisfy({ group.provider.runs($0, as: deployment.service) })
    else { return false }
    return await group.areHealthy(set.instances)
  }

  /// Switches the set to another build that is retained; the one it leaves is retained in its place.
  ///
  /// Asked for the build it is on, it puts that one's files and data back.
  ///
  /// - Parameters:
  ///   - revision: the commit to go to; nil for the one that was deployed before.
  ///   - onWait: told once, when another command is at work on the set.
  /// - Throws: `ManagerError` with code `no-set` or `nothing-earlier`; `InstanceError`, `LedgerError`, `StateError`,
  ///   `CancellationError`.
  public func rollback(to revision: String?, onWait: (@Sendable (String) -> Void)? = nil) async throws -> HotRollback {
    let lock = try await acquire("rolling back", onWait)
    defer { withExtendedLifetime(lock) {} }
    guard let before = try await recover() else { throw Self.noSet }
    if before.revision == revision {
      guard await group.areHealthy(before.instances) else { return .mustDeploy(before.revision) }
      try await group.reset(before.instances)
      await note(LedgerEvent("restored", subject: "hot", detail: ["revision": .text(before.revision)]))
      return .done(HotMove(.restored, from: before.revision, to: before.revision))
    }
    let candidates = before.retained.filter { earlier in
      revision == nil ? earlier.deployed < before.deployed : earlier.revision == revision
    }
    guard let target = candidates.max(by: { $0.deployed < $1.deployed }) else {
      if let revision { return .mustDeploy(revision) }
      throw ManagerError(
        .nothingEarlier,
        "the hot set is on \(before.revision.prefix(12)), and nothing that was deployed before it is retained",
        remedy: "quench hot rollback \(before.retained.first.map { String($0.revision.prefix(12)) } ?? "REV")")
    }
    let instances = target.members.instances
    guard await group.areHealthy(instances) else { return .mustDeploy(target.revision) }
    try await group.restore(instances)
    // First, so that data which were in use are never taken for those of the baseline, whatever happens in between.
    InstanceGroup.noteUse(of: instances)
    let left = RetainedSet(revision: before.revision, digest: before.digest, members: before.members, since: Date())
    try await ledger.saveSet(
      SetRecord(
        service: service, name: .hot, revision: target.revision, digest: target.digest,
        members: target.members, retained: [left] + before.retained.filter { $0 != target }))
    await note(
      LedgerEvent(
        "rolled-back", subject: "hot", detail: ["revision": .text(target.revision), "from": .text(before.revision)]))
    return .done(HotMove(.switched, from: before.revision, to: target.revision))
  }

  /// Puts the retained builds back to their baselines, so that a rollback to one of them is no more than a switch.
  ///
  /// Those that do not run are left alone, and nothing is done while another command is at work on the set: whoever
  /// goes back to a build that is not ready puts it back first.
  ///
  /// - Throws: `LedgerError`, `StateError`, `CancellationError`; `InstanceError` when one cannot be put back, which is
  ///   started anew when it is asked for.
  public func readyRetained() async throws {
    guard
      let lock = try await SetLock.free(
        .hot, of: service, in: state, reason: "quench hot: readying what is retained")
    else {
      return
    }
    defer { withExtendedLifetime(lock) {} }
    for earlier in try await recover()?.retained ?? [] {
      let instances = earlier.members.instances
      guard await ended(among: instances).isEmpty else { continue }
      try await group.restore(instances)
    }
  }

  /// Stops the set's instances and the retained ones.
  ///
  /// - Parameters:
  ///   - removing: whether their data go too, and with them the set; otherwise it can be started again.
  ///   - onWait: told once, when another command is at work on the set.
  /// - Returns: how many instances it were.
  /// - Throws: `ManagerError` with code `no-set`; `LedgerError`, `StateError`, `CancellationError`; `InstanceError` when
  ///   something of the instances could not be cleaned up.
  public func stop(removing: Bool, onWait: (@Sendable (String) -> Void)? = nil) async throws -> Int {
    let lock = try await acquire("stopping", onWait)
    defer { withExtendedLifetime(lock) {} }
    guard let set = try await recover() else { throw Self.noSet }
    let all = set.instances + set.retained.flatMap(\.members).instances
    if removing {
      try await ledger.removeSet(.hot, service: service)
      if let failure = await group.remove(all).first { throw failure }
    } else {
      await group.stop(all)
    }
    await note(LedgerEvent("stopped", subject: "hot", detail: ["revision": .text(set.revision)]))
    return all.count
  }

  /// Starts those of the set's instances, and of the retained ones, that do not run, with the data they have.
  ///
  /// - Throws: `ManagerError` with code `no-set`; `InstanceError`, `LedgerError`, `StateError`, `CancellationError`.
  public func start(onWait: (@Sendable (String) -> Void)? = nil) async throws -> Int {
    let lock = try await acquire("starting", onWait)
    defer { withExtendedLifetime(lock) {} }
    guard let set = try await recover() else { throw Self.noSet }
    let ended = await ended(among: set.instances)
    try await group.resume(ended)
    var count = ended.count
    for earlier in set.retained {
      let ended = await self.ended(among: earlier.members.instances)
      // A retained build that does not start again is started anew when it is asked for.
      if (try? await group.resume(ended)) != nil { count += ended.count }
      try Task.checkCancellation()
    }
    await note(LedgerEvent("started", subject: "hot", detail: ["revision": .text(set.revision)]))
    return count
  }

  private func ended(among instances: [Instance]) async -> [Instance] {
    zip(instances, await group.health(of: instances)).compactMap { instance, health in
      health.isRunning ? nil : instance
    }
  }

  /// The set and how its instances are, asked now; nil when there is none.
  ///
  /// - Parameter limit: how long each may take to answer; nil for as long as its configuration says.
  /// - Throws: `LedgerError`.
  public func status(within limit: Duration? = nil) async throws -> HotStatus? {
    guard let set = try await ledger.loadSet(.hot, service: service) else { return nil }
    let instances = (set.members + set.retained.flatMap(\.members)).instances
    let health = Dictionary(
      zip(instances.map(\.id), await group.health(of: instances, within: limit)),
      uniquingKeysWith: { first, _ in first })
    func members(_ records: [InstanceRecord]) -> [HotStatus.Member] {
      records.instances.map { HotStatus.Member(instance: $0, health: health[$0.id] ?? .stopped) }
    }
    let retained = set.retained.map { earlier in
      HotStatus.Retained(
        revision: earlier.revision, digest: earlier.digest, members: members(earlier.members), since: earlier.since,
        isRestored: InstanceGroup.isRestored(earlier.members.instances))
    }
    return HotStatus(
      revision: set.revision, digest: set.digest, baseline: set.baseline ?? set.revision,
      members: members(set.members), retained: retained)
  }

  /// That there is no kept hot set.
  public static let noSet = ManagerError(.noSet, "there is no kept hot set", remedy: "quench hot deploy")

  /// Writes down what was done; what is done is not undone because that cannot be written.
  func note(_ event: LedgerEvent) async { try? await ledger.append(event, of: service) }

  func acquire(_ reason: String, _ onWait: (@Sendable (String) -> Void)?) async throws -> SetLock {
    try await SetLock.own(.hot, of: service, in: state, reason: "quench hot: \(reason)", onWait: onWait)
  }
}
