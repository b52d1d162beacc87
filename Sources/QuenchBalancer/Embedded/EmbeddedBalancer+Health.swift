import Foundation
import NIOCore
import QuenchInstances

extension EmbeddedBalancer {
  /// Checks backends that were not known before; each check takes no longer than its own timeout.
  func firstChecks(_ backends: [Backend]) async -> [BackendKey: HealthTrack] {
    await withTaskGroup(of: (BackendKey, HealthTrack).self) { group in
      for backend in backends {
        group.addTask {
          var track = HealthTrack()
          if case .known = backend.check.probe { return (BackendKey(backend), track) }
          // What cannot be asked now is asked again soon.
          if let answer = await backend.answer() { track.checked(answer.problem, backend.check, .now()) }
          return (BackendKey(backend), track)
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  /// Has a backend checked again and again, in place of how it was before.
  func monitor(_ backend: Backend) {
    let key = BackendKey(backend)
    monitors.removeValue(forKey: key)?.cancel()
    if case .known(let isHealthy) = backend.check.probe {
      tracks[key, default: HealthTrack()].know(isHealthy, .now())
      return
    }
    monitors[key] = Task { [weak self] in
      while let pause = await self?.pause(before: backend) {
        do { try await Task.sleep(for: pause) } catch { return }
        guard let answer = await backend.answer() else { continue }
        guard !Task.isCancelled else { return }
        await self?.checked(backend, answer.problem)
      }
    }
  }

  private func pause(before backend: Backend) -> Duration? {
    guard !isStopping, let track = tracks[BackendKey(backend)] else { return nil }
    var random = SystemRandomNumberGenerator()
    return track.nextCheck(backend.check, &random)
  }

  private func checked(_ backend: Backend, _ problem: String?, isConclusive: Bool = false) {
    let key = BackendKey(backend)
    guard var track = tracks[key] else { return }
    let before = track.health
    track.checked(problem, backend.check, isConclusive: isConclusive, .now())
    tracks[key] = track
    guard track.health != before else { return }
    let detail = "\(backend.id) \(track.detail.map { "is unhealthy: \($0)" } ?? "is healthy again")"
    decide(track.health == .healthy ? .recovered : .unhealthy, detail)
    changed()
    publish()
  }

  /// Takes in what an event loop saw of a backend.
  func noticed(_ notice: TrafficLoop.Notice) {
    switch notice {
    case .unreachable(let key, let reason):
      guard let backend = backend(key), tracks[key]?.health == .healthy else { return }
      if case .known = backend.check.probe {
        eject(backend, reason)
      } else if confirming.insert(key).inserted {
        Task { [weak self] in
          await self?.confirmed(backend, await backend.answer()?.problem)
        }
      }
    case .failing(let key, let count, let reason):
      if let backend = backend(key) { eject(backend, "\(count) requests in a row failed: \(reason)") }
    }
  }

  private func confirmed(_ backend: Backend, _ problem: String?) {
    confirming.remove(BackendKey(backend))
    if let problem { checked(backend, problem, isConclusive: true) }
  }

  private func backend(_ key: BackendKey) -> Backend? { table?.backends.first { BackendKey($0) == key } }

  private func eject(_ backend: Backend, _ reason: String) {
    let key = BackendKey(backend)
    guard let table, hasOthers(beside: backend.id, in: table), var track = tracks[key], track.health == .healthy else {
      return
    }
    track.eject(reason, table.ejection, .now())
    tracks[key] = track
    decide(.ejected, "\(backend.id) is ejected: \(reason)")
    changed()
    publish()
    guard case .known = backend.check.probe else { return }
    // Nobody checks it, so it comes back by itself.
    Task { [weak self] in
      try? await Task.sleep(for: table.ejection.duration)
      await self?.readmit(key)
    }
  }

  private func readmit(_ key: BackendKey) {
    guard let backend = backend(key), case .known(isHealthy: true) = backend.check.probe else { return }
    tracks[key]?.know(true, .now())
    decide(.recovered, "\(backend.id) may take requests again")
    changed()
    publish()
  }

  /// Whether every route that has the backend would have another to send all requests to: the last one is never
  /// ejected, because one request that it cannot answer must not take the whole service away.
  private func hasOthers(beside id: String, in table: RoutingTable) -> Bool {
    let healthy = Set(
      table.backends.filter { $0.id != id && $0.state == .active && tracks[BackendKey($0)]?.health == .healthy }
        .map(\.id))
    return table.routes.allSatisfy { route in
      !route.tiers.contains { $0.backends.contains(id) }
        || route.tiers.contains { $0.accepts == .all && !healthy.isDisjoint(with: $0.backends) }
    }
  }
}

extension Backend {
  /// What came of a check.
  fileprivate struct Answer {
    /// What was wrong, or nil.
    var problem: String?
  }

  /// Checks it once; nil when it could not be asked, for a reason of this machine's.
  fileprivate func answer() async -> Answer? {
    let probe: any HealthProbe
    switch check.probe {
    case .path(let path): probe = HTTPProbe(path: path, host: host)
    case .tcp: probe = TCPProbe(host: host)
    case .known: return Answer()
    }
    do {
      try await probe.check(port: port, timeout: check.timeout)
      return Answer()
    } catch is LocalShortage {
      return nil
    } catch {
      return Answer(problem: (error as? ProbeFailure)?.description ?? "\(error)")
    }
  }
}
