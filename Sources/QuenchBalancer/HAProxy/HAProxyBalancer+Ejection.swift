import Foundation

/// Taking backends out that answer their checks and fail with requests: HAProxy itself would take the service's own errors
/// for failures too.
extension HAProxyBalancer {
  /// Takes those out that requests in a row have failed with, and lets them in again when their time is up.
  ///
  /// - Returns: whether something was changed.
  func reconsider(_ counters: HAProxyCounters, _ record: inout HAProxyRecord) async throws -> Bool {
    let rule = counters.layout.table.ejection, now = Date()
    var commands: [String] = []
    for backend in counters.layout.table.backends where backend.state == .active {
      let name = HAProxyRecord.name(of: backend)
      // One that was never checked is as well as its first check found it, which HAProxy was told.
      let isWell = counters.health(of: backend).0 != .unhealthy
      trails[name, default: FailureTrail()].note(
        failures: counters.rows(of: backend).map { $0.failures }.reduce(0, +),
        answers: counters.answers(of: backend).values.map { $0.reduce(0, +) }.reduce(0, +))
      let others = Self.hasOthers(beside: backend, counters, record)
      if var ejection = record.holdingOut(backend) {
        guard !others || (now >= ejection.until && isWell) else { continue }
        ejection.isOver = true
        record[backend] = ejection
        trails[name]?.forgive()
        commands += Self.commands(for: backend, counters, state: "ready")
      } else if rule.failures > 0, let count = trails[name]?.inRow, count >= rule.failures, isWell, others {
        record[backend] = Ejection("\(count) requests in a row failed", rule, after: record[backend], at: now)
        commands += Self.commands(for: backend, counters, state: "drain")
      }
    }
    guard !commands.isEmpty else { return false }
    try await socket.carryOut(commands)
    return true
  }

  private static func commands(for backend: Backend, _ counters: HAProxyCounters, state: String) -> [String] {
    counters.layout.servers.filter {
      $0.backend.id == backend.id && $0.mayBeEjected && counters.rows[$0.path] != nil
    }.map { "set server \($0.path) state \(state)" }
  }

  /// Whether every route that has the backend would have another to send all requests to: the last one is never
  /// ejected, because one request that it cannot answer must not take the whole service away.
  private static func hasOthers(
    beside backend: Backend, _ counters: HAProxyCounters, _ record: HAProxyRecord
  ) -> Bool {
    let table = counters.layout.table
    let healthy = Set(
      table.backends.filter {
        $0.id != backend.id && $0.state == .active && record.holdingOut($0) == nil
          && counters.health(of: $0).0 == .healthy
      }.map(\.id))
    return table.routes.allSatisfy { route in
      !route.tiers.contains { $0.backends.contains(backend.id) }
        || route.tiers.contains { $0.accepts == .all && !healthy.isDisjoint(with: $0.backends) }
    }
  }
}

extension ProxyStatistics.Row {
  /// The requests that came to nothing with the server, those included that another one then answered.
  fileprivate var failures: Int { number("eresp") + number("wretr") }
}
