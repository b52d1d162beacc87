import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger

/// Having the hot set follow production.
extension HotpointManager {
  /// Moves the set to a build one instance at a time, so that at every moment some of it can stand in for production.
  ///
  /// Each instance of the build before is retained or removed when the one that takes its place is healthy. A set that
  /// was left half way is moved on from there.
  ///
  /// - Parameters:
  ///   - deployment: the build, and how many instances of it.
  ///   - retain: how many earlier builds stay up.
  ///   - onStep: called each time that the set has changed, with the instances that have left it and are to be stopped.
  /// - Returns: whether anything had to be changed.
  /// - Throws: `InstanceError`, `LedgerError`, `StateError`, or `CancellationError`.
  @discardableResult
  public func realign(
    _ deployment: Deployment, retain: Int, onStep: @Sendable ([Instance]) async -> Void
  ) async throws -> Bool {
    let lock = try await acquire("following production to \(deployment.revision.prefix(12))", nil)
    defer { withExtendedLifetime(lock) {} }
    var set =
      try await recover()
      ?? SetRecord(
        service: service, name: .hot, revision: deployment.revision, digest: deployment.digest, members: [])
    let from = set.revision
    var isChanged = false
    while true {
      let health = await group.health(of: set.instances)
      let well = zip(set.members, health).filter { $0.digest == deployment.digest && $1 == .healthy }.map(\.0)
      let own = Array(well.prefix(deployment.count))
      let rest = set.members.filter { member in !own.contains { $0.id == member.id } }
      guard own.count < deployment.count || !rest.isEmpty || set.digest != deployment.digest else { break }
      isChanged = true
      var kept = own
      if own.count < deployment.count {
        var one = deployment
        one.count = 1
        kept += try await group.start(one, temperature: .hot, isKept: true).map(InstanceRecord.init)
      }
      // One goes for each that came; when all are there, the rest go.
      let leaving = kept.count < deployment.count ? Array(rest.prefix(1)) : rest
      let dropped = try await save(&set, members: kept + rest.dropFirst(leaving.count), leaving, deployment, retain)
      await onStep(dropped.instances)
      for failure in await group.remove(dropped.instances) {
        await note(
          LedgerEvent("left-behind", subject: "hot", detail: ["reason": .text(DiagnosticText.message(of: failure))]))
      }
    }
    if isChanged {
      await note(
        LedgerEvent(
          "deployed", subject: "hot", detail: ["revision": .text(deployment.revision), "from": .text(from)]))
    }
    return isChanged
  }

  /// Writes down the set with new members, those that leave it retained.
  ///
  /// - Returns: the instances that are retained no more.
  private func save(
    _ set: inout SetRecord, members: [InstanceRecord], _ leaving: [InstanceRecord], _ deployment: Deployment,
    _ retain: Int
  ) async throws -> [InstanceRecord] {
    let before = set
    for instance in leaving where instance.digest != deployment.digest {
      let index = set.retained.firstIndex { $0.digest == instance.digest && $0.revision == instance.revision }
      if let index {
        set.retained[index].members.append(instance)
      } else {
        set.retained.insert(
          RetainedSet(revision: instance.revision, digest: instance.digest, members: [instance], since: Date()), at: 0)
      }
    }
    set.retained.removeAll { earlier in earlier.digest == deployment.digest }
    set.retained = Array(set.retained.prefix(max(0, retain)))
    set.members = members
    set.revision = deployment.revision
    set.digest = deployment.digest
    set.updated = Date()
    let kept = Set((set.members + set.retained.flatMap(\.members)).map(\.id))
    let gone = (before.members + before.retained.flatMap(\.members)).filter { !kept.contains($0.id) }
    do {
      try await ledger.saveSet(set)
    } catch {
      let known = Set((before.members + before.retained.flatMap(\.members)).map(\.id))
      _ = await group.remove(members.filter { !known.contains($0.id) }.instances)
      throw error
    }
    return gone
  }
}

extension PromotionSurroundings {
  /// Has the hot set on what is live, one instance at a time, as far as its configuration wants it there.
  ///
  /// - Throws: what the catalog throws; `InstanceError`, `LedgerError`, `StateError`, `CancellationError`.
  func realignHotSet() async throws {
    let configuration = try await catalog.standingConfiguration()
    guard let live = await cold.sets.live?.build, await !cold.sets.isStopped,
      configuration.hot.baseline == .live || configuration.balancer.mode == .hotHot
    else { return }
    let deployment = try await catalog.deployment(of: live, count: configuration.hot.instances)
    try await hot.realign(deployment, retain: configuration.hot.retain) { leaving in
      // Whoever supervises tells the balancer again when it cannot be told now.
      try? await cold.publish(reason: "the hot set follows production")
      // They may have stood in for production.
      let deadline = Date().addingTimeInterval(await drain.inSeconds)
      _ = try? await cold.publisher.waitUntilDrained(leaving.map(\.id), deadline: deadline)
    }
  }
}
