import Foundation
import QuenchProcesses
import QuenchState

extension HAProxyBalancer {
  /// How it is now; see ``Balancer/status()``.
  ///
  /// HAProxy tells nobody when something changes, so switches are found by looking: what changes and changes back between
  /// two looks is not seen.
  public func status() async throws -> BalancerStatus {
    guard var record = try HAProxyRecord(in: folder) else { throw notRunning() }
    guard let held = try lock.tryAcquire(reason: "looks how the balancer is") else {
      return try await look(record)
    }
    defer { withExtendedLifetime(held) {} }
    record = try HAProxyRecord(in: folder) ?? record
    trimAccessLog()
    return try await observe(&record, since: record, reason: nil)
  }

  /// Waits for a change; see ``Balancer/statusChange(after:)``.
  public func statusChange(after change: Int) async throws -> BalancerStatus {
    let clock = ContinuousClock(), start = clock.now
    while true {
      let status = try await status()
      if status.change > change || clock.now - start > .seconds(30) { return status }
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
    var status = try await look(record)
    let health = Dictionary(status.backends.map { ($0.id, $0.health) }) { first, _ in first }
    var hasChanged = health != record.health || reason != nil
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

  /// How it is, as HAProxy says.
  private func look(_ record: HAProxyRecord) async throws -> BalancerStatus {
    guard let process = process(of: record) else { throw notRunning() }
    var status = BalancerStatus(
      engine: engine, pid: Int(process.process.pid), since: record.since, change: record.change,
      tableVersion: record.table?.version ?? 0, switches: record.switches)
    guard let table = record.table else { return status }
    let layout = HAProxyLayout(table, ports: record.ports)
    let statistics = try await statistics()
    let answers = try AnswerCounters(try await socket.ask("show table \(AnswerCounters.table)"))
    let rows = Dictionary(statistics.servers.map { ("\($0.proxy)/\($0.name)", $0) }) { first, _ in first }
    status.listeners = layout.fronts.map { front in
      ListenerStatus(
        id: front.listener.id, trafficClass: front.listener.trafficClass, host: front.listener.host, port: front.port,
        serving: Self.serving(front, layout, rows))
    }
    status.backends = table.backends.map { Self.status(of: $0, layout, statistics, rows, answers) }
    TrafficSum(layout, statistics, answers).fill(&status)
    return status
  }

  /// Who serves a listener, by the rules of its configuration.
  private static func serving(
    _ front: HAProxyLayout.Front, _ layout: HAProxyLayout, _ rows: [String: ProxyStatistics.Row]
  ) -> Serving? {
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

  private static func status(
    of backend: Backend, _ layout: HAProxyLayout, _ statistics: ProxyStatistics,
    _ rows: [String: ProxyStatistics.Row], _ answers: AnswerCounters
  ) -> BackendStatus {
    let serving = layout.servers.filter { server in
      server.backend.id == backend.id && !server.pool.hasSuffix(":count") && !server.pool.hasSuffix(":open")
    }
    let row = (serving.first(where: \.isOwn) ?? serving.first).flatMap { rows[$0.path] }
    let (health, detail) = row.map { Self.health(of: $0, backend) } ?? (BackendStatus.Health.unknown, nil)
    let all = statistics.servers.filter { ServerName($0.name)?.instance == backend.id }
    var status = BackendStatus(
      id: backend.id, tier: layout.table.routes.lazy.flatMap(\.tiers).first { $0.backends.contains(backend.id) }?.name,
      revision: backend.revision, state: backend.state, health: health, detail: detail,
      since: Date() - Double(row?.number("lastchg") ?? 0))
    for row in all {
      status.inFlight += row.number("scur")
      status.openConnections += row.number("scur") + row.number("idle_conn_cur")
      status.failures += row.number("econ") + row.number("eresp")
    }
    for (key, counts) in answers.counts
    where key.server.instance == backend.id && key.server.revision == backend.revision {
      status.statuses["\(key.statusClass)xx", default: 0] += counts.reduce(0, +)
      status.latency.add(AnswerCounters.histogram(counts))
    }
    return status
  }

  private static func health(of row: ProxyStatistics.Row, _ backend: Backend) -> (BackendStatus.Health, String?) {
    if case .known(let isHealthy) = backend.check.probe {
      return isHealthy ? (.healthy, nil) : (.unhealthy, "it is said to be")
    }
    // While a check is under way, a star stands before the result of the last.
    let check = row["check_status"].trimmingPrefix("* ")
    let words = [row["check_desc"], row["last_chk"]].filter { !$0.isEmpty }.joined(separator: ": ")
    if row["status"].hasPrefix("DOWN") {
      return check == "HANA" ? (.ejected, words) : (.unhealthy, check == "INI" ? "its first check failed" : words)
    }
    if row.isUp || check.hasPrefix("L4OK") || check.hasPrefix("L7OK") { return (.healthy, nil) }
    return check == "INI" || check.isEmpty ? (.unknown, nil) : (.unhealthy, words)
  }
}
