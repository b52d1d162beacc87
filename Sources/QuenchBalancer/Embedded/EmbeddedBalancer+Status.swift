import Foundation
import NIOConcurrencyHelpers
import NIOCore

extension EmbeddedBalancer {
  /// How it is now; see ``Balancer/status(of:)``.
  public func status(of parts: BalancerStatus.Parts) async throws -> BalancerStatus {
    var figures: [BackendKey: LoopReport.BackendFigures] = [:], traffic: [TrafficKey: AnswerCounts] = [:]
    var status = BalancerStatus(
      engine: engine, pid: Int(ProcessInfo.processInfo.processIdentifier), since: since, change: 0, tableVersion: 0)
    var failedHandshakes: [String: Int] = [:]
    for report in try await onLoops({ $0.report() }) {
      failedHandshakes.merge(report.failedHandshakes, uniquingKeysWith: +)
      figures.merge(report.backends) { $0.adding($1) }
      traffic.merge(report.traffic) { one, other in
        var sum = one
        sum.add(other)
        return sum
      }
      status.requests += report.totals.requests
      status.failed += report.totals.failed
      status.refused += report.totals.refused
      status.retried += report.totals.retried
      status.connections += report.connections
    }
    status.change = change
    status.tableVersion = table?.version ?? 0
    if parts.contains(.switches) { status.switches = switches }
    status.listeners = listeners.map { bound in
      let listener = bound.terms.withLockedValue { $0.listener }
      return ListenerStatus(
        id: listener.id, trafficClass: listener.trafficClass, host: bound.host, port: bound.port,
        serving: serving[listener.id],
        tls: listener.certificate.flatMap { certificates[$0] }.map {
          TLSStatus($0.current, refusal: $0.refusal, failedHandshakes: failedHandshakes[listener.id] ?? 0)
        })
    }
    if parts.contains(.backends) { status.backends = backends(figures) }
    guard parts.contains(.traffic) else { return status }
    status.traffic = traffic.filter { !$0.value.byClass.isEmpty || $0.value.failed > 0 }.map { key, counts in
      TrafficStatus(
        trafficClass: key.trafficClass, tier: key.tier, revision: key.revision, statuses: counts.byClass,
        failed: counts.failed, latency: counts.latency)
    }.sorted { ($0.trafficClass.rawValue, $0.tier, $0.revision) < ($1.trafficClass.rawValue, $1.tier, $1.revision) }
    return status
  }

  private func backends(_ figures: [BackendKey: LoopReport.BackendFigures]) -> [BackendStatus] {
    let table = table
    var list = (table?.backends ?? []).map { backend in
      let key = BackendKey(backend), track = tracks[key] ?? HealthTrack()
      return BackendStatus(
        key, figures[key] ?? LoopReport.BackendFigures(),
        tier: table?.routes.lazy.flatMap(\.tiers).first { $0.backends.contains(backend.id) }?.name,
        state: backend.state, health: track.health, detail: track.detail,
        since: Date() - Double((NIODeadline.now() - track.since).nanoseconds) / 1e9)
    }
    let known = Set((table?.backends ?? []).map(BackendKey.init))
    for (key, figures) in figures where !known.contains(key) && figures.inFlight > 0 {
      list.append(
        BackendStatus(
          key, figures, tier: nil, state: nil, health: .unknown, detail: "it is no longer in the table", since: Date()))
    }
    return list
  }

  /// Waits for a change; see ``Balancer/statusChange(after:)``.
  public func statusChange(after known: Int) async throws -> BalancerStatus {
    if change <= known, !isStopping {
      let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
      nextWatcher += 1
      let number = nextWatcher
      watchers[number] = continuation
      let patience = Task {
        try? await Task.sleep(for: .seconds(30))
        continuation.finish()
      }
      for await _ in changes { break }
      patience.cancel()
      watchers[number] = nil
      try Task.checkCancellation()
    }
    // What was answered is the greatest part, and whoever waits for a change asks for it apart.
    return try await status(of: [.backends, .switches])
  }

  /// Tells all who wait that something changed.
  func changed() {
    change += 1
    for watcher in watchers.values { watcher.yield() }
  }
}

extension LoopReport.BackendFigures {
  fileprivate func adding(_ other: Self) -> Self {
    var sum = self
    sum.inFlight += other.inFlight
    sum.openConnections += other.openConnections
    sum.failures += other.failures
    sum.counts.add(other.counts)
    return sum
  }
}

extension BackendStatus {
  fileprivate init(
    _ key: BackendKey, _ figures: LoopReport.BackendFigures, tier: String?, state: Backend.State?, health: Health,
    detail: String?, since: Date
  ) {
    self.init(
      id: key.id, tier: tier, revision: key.revision, state: state, health: health, detail: detail, since: since,
      inFlight: figures.inFlight, openConnections: figures.openConnections, statuses: figures.counts.byClass,
      failures: figures.failures, latency: figures.counts.latency)
  }
}
