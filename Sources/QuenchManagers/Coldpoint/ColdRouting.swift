import QuenchConfiguration
import QuenchInstances
import QuenchLedger

/// Having traffic go to the cold sets.
extension ColdpointManager {
  /// Has production's traffic go to another set, or to none.
  ///
  /// - Parameters:
  ///   - digest: the build of the set; nil for none.
  ///   - record: writes down that it does, with the sets as they are then.
  /// - Throws: what publishing or `record` throws; traffic then goes where it went before, as far as that can be had.
  func route(
    to digest: String?, reason: String, record: @escaping @Sendable (SetRecord) async throws -> Void
  ) async throws {
    try await turnstile.pass {
      var next = sets
      try next.makeLive(digest)
      do {
        try await send(next, reason: reason)
        try await record(next.record(of: service))
        sets = next
        // What counts from here on is how it does with traffic.
        if let digest { faults[digest] = nil }
      } catch {
        published = nil
        try? await send(sets, reason: "back: \(reason)")
        throw error
      }
    }
    changed?.yield()
  }

  /// Tells traffic where to go as things are now, unless it was told so before.
  ///
  /// - Throws: what the publisher throws.
  public func publish(reason: String) async throws {
    try await turnstile.pass { try await send(sets, reason: reason) }
  }

  private func send(_ sets: ColdSets, reason: String) async throws {
    let routes = try await routes(for: sets)
    if routes == published, await publisher.isCurrent() { return }
    published = nil
    try await publisher.publish(routes, reason: reason)
    published = routes
  }

  private func routes(for sets: ColdSets) async throws -> Routes {
    let hot = try await HotTargets(
      service: service, ledger: ledger, provider: group.provider, live: sets.live?.build.digest,
      suites: await gateSuites()
    ).find()
    return Routes(
      cold: sets.isStopped ? [] : (sets.live?.instances ?? []).map(target),
      verifiedHot: hot.instances.filter { hot.verified.contains($0.digest) }.map(target),
      otherHot: hot.instances.filter { !hot.verified.contains($0.digest) }.map(target),
      standby: sets.isStopped ? [] : sets.others.flatMap(\.instances).map(target),
      hasData: (sets.live?.instances.first ?? hot.instances.first)
        .flatMap { try? group.provider.service(of: $0) }?.data != nil)
  }

  private func target(_ instance: Instance) -> Routes.Target {
    Routes.Target(instance, health: group.provider.check(of: instance), isDown: down[instance.id] != nil)
  }
}
