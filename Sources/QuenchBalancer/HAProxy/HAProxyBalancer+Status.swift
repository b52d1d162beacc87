import Foundation
import QuenchProcesses
import QuenchState

extension HAProxyBalancer {
  /// How it is now; see ``Balancer/status(of:)``.
  ///
  /// Who asks for no part learns that it answers, and by which table; what HAProxy tells of one other part it tells of all.
  ///
  /// HAProxy tells nobody when something changes, so switches are found by looking: what changes and changes back between
  /// two looks is not seen.
  public func status(of parts: BalancerStatus.Parts) async throws -> BalancerStatus {
    guard var record = try HAProxyRecord(in: folder) else { throw notRunning() }
    if parts.isEmpty {
      let status = try status(of: record)
      _ = try await socket.ask("show version")
      return status
    }
    guard let held = try lock.tryAcquire(reason: "looks how the balancer is") else {
      return try await look(record).status
    }
    defer { withExtendedLifetime(held) {} }
    record = try HAProxyRecord(in: folder) ?? record
    let before = record
    if process(of: record) != nil { try? await refreshCertificatesWhenDue(&record) }
    return try await observe(&record, since: before, reason: nil)
  }

  /// Waits for a change; see ``Balancer/statusChange(after:)``.
  public func statusChange(after change: Int) async throws -> BalancerStatus {
    let clock = ContinuousClock(), start = clock.now
    var looked: (at: ContinuousClock.Instant, seen: [[String]])?
    while true {
      // All answers there ever were are counted in many rows; what may make a switch is in few.
      let seen = (try? await statistics())?.servers.map(\.marks) ?? []
      if looked.map({ $0.seen != seen || clock.now - $0.at >= .seconds(1) }) ?? true {
        let status = try await status()
        if status.change > change || clock.now - start > .seconds(30) { return status }
        looked = (clock.now, seen)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func notRunning() -> BalancerError {
    BalancerError(.unreachable, "HAProxy does not run in \(folder)", remedy: "quench serve starts it")
  }

  /// Looks how it is, and writes down what has changed since it was last looked at.
  ///
  /// - Parameter reason: the reason of a new table, if that is what has changed.
  func observe(_ record: inout HAProxyRecord, since before: HAProxyRecord, reason: String?) async throws
    -> BalancerStatus
  {
    var (status, counters) = try await look(record)
    var hasChanged = reason != nil
    if let counters, try await reconsider(counters, &record) {
      hasChanged = true
      (status, _) = try await look(record)
    }
    let health = Dictionary(status.backends.map { ($0.id, $0.health) }) { first, _ in first }
    hasChanged = hasChanged || health != record.health || record.certificates != before.certificates
    for listener in status.listeners {
      let from = record.serving[listener.id]
      guard from != listener.serving else { continue }
      hasChanged = true
      let cause = reason.map { (TrafficSwitch.Reason.table, $0) } ?? Self.cause(from, listener.serving, status)
      record.switches.add(
        TrafficSwitch(
          number: 0, listener: listener.id, trafficClass: listener.trafficClass, from: from, to: listener.serving,
          reason: cause.0, detail: cause.1, at: Date()))
      record.serving[listener.id] = listener.serving
    }
    let present = Set(status.listeners.map(\.id))
    record.serving = record.serving.filter { present.contains($0.key) }
    guard hasChanged else { return status }
    record.health = health
    record.change += 1
    try record.write(in: folder)
    status.change = record.change
    status.switches = record.switches
    return status
  }

  /// What made a switch that no table made.
  private static func cause(
    _ from: Serving?, _ to: Serving?, _ status: BalancerStatus
  ) -> (TrafficSwitch.Reason, String) {
    let lost = status.backends.filter { backend in
      from?.backends.contains(backend.id) == true && backend.health != .healthy
    }
    if let backend = lost.first {
      let detail = "\(backend.id): \(backend.detail ?? backend.health.rawValue)"
      return (backend.health == .ejected ? .ejected : .unhealthy, detail)
    }
    let gained = Set(to?.backends ?? []).subtracting(from?.backends ?? []).sorted().joined(separator: ", ")
    return (.recovered, gained.isEmpty ? "the preferred tier is well again" : "\(gained) is well again")
  }

  /// What the record alone says of one that runs.
  private func status(of record: HAProxyRecord) throws(BalancerError) -> BalancerStatus {
    guard let process = process(of: record) else { throw notRunning() }
    return BalancerStatus(
      engine: engine, pid: Int(process.process.pid), since: record.since, change: record.change,
      tableVersion: record.table?.version ?? 0, switches: record.switches)
  }

  /// How it is, as HAProxy says, and what it says; nothing before the first table.
  private func look(_ record: HAProxyRecord) async throws -> (status: BalancerStatus, counters: HAProxyCounters?) {
    var status = try status(of: record)
    guard let table = record.table else { return (status, nil) }
    let counters = HAProxyCounters(
      layout: HAProxyLayout(table, ports: record.ports), statistics: try await statistics(),
      answers: try AnswerCounters(try await socket.ask("show table \(AnswerCounters.table)")))
    status.listeners = counters.layout.fronts.map { front in
      var tls = record.certificates?[front.listener.id]
      tls?.failedHandshakes =
        counters.statistics.frontends.first { $0.proxy == front.listener.id }?.number("ssl_failed_handshake") ?? 0
      return ListenerStatus(
        id: front.listener.id, trafficClass: front.listener.trafficClass, host: front.listener.host, port: front.port,
        serving: Self.serving(front, counters), tls: front.certificate == nil ? nil : tls)
    }
    status.backends = table.backends.map { backend in
      var status = Self.status(of: backend, counters)
      if status.health != .unhealthy, let ejection = record.holdingOut(backend) {
        status.health = .ejected
        status.detail = ejection.reason
        status.since = ejection.since
      }
      return status
    }
    TrafficSum(counters.layout, counters.statistics, counters.answers).fill(&status)
    return (status, counters)
  }

  /// Who serves a listener, by the rules of its configuration.
  private static func serving(_ front: HAProxyLayout.Front, _ counters: HAProxyCounters) -> Serving? {
    let layout = counters.layout, rows = counters.rows
    for chain in front.chains {
      guard let first = chain.steps.first else { continue }
      let tiers = chain.tiers.enumerated().map { position, tier in
        let up = layout.servers.filter {
          $0.pool == first.pool && $0.name.tier == tier.name && rows[$0.path]?.isUp == true
        }
        guard position < chain.steps.count else { return (tier: tier, up: up, isMet: !up.isEmpty) }
        let step = chain.steps[position]
        let counted = step.count.map { pool in
          layout.servers.filter { $0.pool == pool && rows[$0.path]?.isUp == true }.count
        }
        return (tier, up, !up.isEmpty && (counted ?? up.count) >= (step.need?.value ?? 1))
      }
      if let chosen = tiers.first(where: \.isMet) ?? tiers.first(where: { !$0.up.isEmpty }) {
        return Serving(
          tier: chosen.tier.name, backends: chosen.up.map(\.backend.id), revisions: chosen.up.map(\.backend.revision))
      }
    }
    guard let open = front.open else { return nil }
    let all = layout.servers.filter { $0.pool == open && $0.backend.state == .active }
    guard let first = all.first else { return nil }
    return Serving(
      tier: first.name.tier, backends: all.map(\.backend.id), revisions: all.map(\.backend.revision))
  }

  private static func status(of backend: Backend, _ counters: HAProxyCounters) -> BackendStatus {
    let row = counters.row(of: backend)
    let (health, detail) = counters.health(of: backend)
    var status = BackendStatus(
      id: backend.id,
      tier: counters.layout.table.routes.lazy.flatMap(\.tiers).first { $0.backends.contains(backend.id) }?.name,
      revision: backend.revision, state: backend.state, health: health, detail: detail,
      since: Date() - Double(row?.number("lastchg") ?? 0))
    for row in counters.rows(of: backend) {
      status.inFlight += row.number("scur")
      status.openConnections += row.number("scur") + row.number("idle_conn_cur")
      status.failures += row.number("econ") + row.number("eresp")
    }
    for (key, counts) in counters.answers(of: backend) {
      status.statuses["\(key.statusClass)xx", default: 0] += counts.reduce(0, +)
      status.latency.add(AnswerCounters.histogram(counts))
    }
    return status
  }
}

extension ProxyStatistics.Row {
  /// What has to change before something else than a count does: the server, its state, and its failures.
  fileprivate var marks: [String] {
    [proxy, name] + ["status", "check_status", "eresp", "wretr", "econ"].map { self[$0] }
  }
}
