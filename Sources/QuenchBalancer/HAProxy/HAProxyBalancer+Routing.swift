import Foundation
import QuenchDiagnostics
import QuenchInstances
import QuenchProcesses

extension HAProxyBalancer {
  /// Makes HAProxy route as a table says: while it runs where it can, else by a new process in its place.
  func route(_ table: RoutingTable, _ record: inout HAProxyRecord, _ running: LaunchedProcess?) async throws {
    var attempt = 0
    while true {
      let (ports, reservations) = try ports(for: table, record)
      defer { withExtendedLifetime(reservations) {} }
      let layout = HAProxyLayout(table, ports: ports)
      try Self.requireOneKindOfCheck(layout)
      let configuration = HAProxyConfiguration(
        layout: layout, pace: CheckPace(table.backends) ?? record.pace, threads: threads,
        isLogged: accessLog != nil && table.logsAccess)
      let statistics = running == nil ? nil : try await statistics()
      let health = try await firstChecks(table.backends, statistics)
      if running == nil || record.configuration != configuration.text() {
        let known = layout.servers.filter { server in
          server.isChecked && server.state == "ready" && health[BackendKey(server.backend)] == nil
            && statistics?.servers.contains { $0.isUp && ServerName($0.name)?.instance == server.backend.id } == true
        }
        do {
          try await start(configuration, with: running == nil ? [] : known, replacing: running, &record)
        } catch let error as BalancerError where error.code == .listenerUnavailable && !reservations.isEmpty {
          attempt += 1
          if attempt < 5 { continue }
          throw error
        }
      } else {
        try await refreshCertificates(layout, &record, isPatient: false)
      }
      record.ports = ports
      try await move(to: layout, health, record)
      return
    }
  }

  func statistics() async throws -> ProxyStatistics { try ProxyStatistics(try await socket.ask("show stat")) }

  private static func requireOneKindOfCheck(_ layout: HAProxyLayout) throws(BalancerError) {
    for pool in layout.pools {
      let checked = layout.servers.filter { $0.pool == pool.name && $0.isChecked }
      guard checked.contains(where: \.backend.check.asksPath),
        let other = checked.first(where: { $0.backend.check.probe == .tcp })
      else { continue }
      throw BalancerError(
        .tableInvalid,
        "backend \(other.backend.id) is checked by a connection, and others of its route by a path: HAProxy checks all in "
          + "one way",
        remedy: "give all of a route's instances a health path, or none; or balancer: { engine: embedded }")
    }
  }

  /// Asks those backends how they are that HAProxy does not know yet, all at once.
  ///
  /// - Returns: for each of them what was wrong; an empty text where nothing was.
  private func firstChecks(_ backends: [Backend], _ statistics: ProxyStatistics?) async throws -> [BackendKey: String] {
    let known = Set(
      (statistics?.servers ?? []).compactMap { row in
        ServerName(row.name).map { "\($0.instance) \($0.revision) \(row["addr"])" }
      })
    return try await withThrowingTaskGroup(of: (BackendKey, String).self) { group in
      for backend in backends {
        let address =
          backend.host.contains(":") ? "[\(backend.host)]:\(backend.port)" : "\(backend.host):\(backend.port)"
        guard !known.contains("\(backend.id) \(backend.revision) \(address)"), !backend.check.isKnown else { continue }
        group.addTask {
          let probe: any HealthProbe
          if case .path(let path) = backend.check.probe {
            probe = HTTPProbe(path: path, host: backend.host)
          } else {
            probe = TCPProbe(host: backend.host)
          }
          do {
            try await probe.check(port: backend.port, timeout: backend.check.timeout)
            return (BackendKey(backend), "")
          } catch is CancellationError {
            throw CancellationError()
          } catch {
            return (BackendKey(backend), "\(error)")
          }
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  /// Adds the servers that are missing, moves the traffic in one go, and retires those that are no longer wanted.
  private func move(
    to layout: HAProxyLayout, _ health: [BackendKey: String], _ record: HAProxyRecord
  ) async throws {
    let pools = Set(layout.pools.map(\.name))
    let present = Dictionary(
      try await statistics().servers.filter { pools.contains($0.proxy) }.map { ("\($0.proxy)/\($0.name)", $0) },
      uniquingKeysWith: { first, _ in first })
    let wanted = Set(layout.servers.map(\.path))
    let missing = layout.servers.filter { present[$0.path] == nil }
    try await addTargets(of: missing)
    var added: [String] = []
    do {
      for server in missing {
        added.append(server.path)
        var commands = ["add server \(server.path) \(server.options)"]
        if server.isChecked { commands.append("enable health \(server.path)") }
        // Leaving maintenance makes a server healthy, so it is left before its health is told.
        commands.append("set server \(server.path) state drain")
        if server.isChecked, health[BackendKey(server.backend)]?.isEmpty == false {
          commands.append("set server \(server.path) health down")
        }
        try await socket.carryOut(commands)
      }
      try await socket.carryOut(moves(to: layout, present, record))
      try await socket.carryOut(
        present.filter { !wanted.contains($0.key) && !$0.value.isDraining && !$0.value.isInMaintenance }
          .map { "set server \($0.key) state drain" })
    } catch {
      for path in added {
        _ = try? await socket.ask("set server \(path) state maint;del server \(path)")
      }
      for (path, row) in present { _ = try? await socket.ask("set server \(path) state \(row.administrativeState)") }
      throw error
    }
    try? await reap(wanted, pools)
  }

  /// The commands that let servers in and out, those that come first.
  private func moves(
    to layout: HAProxyLayout, _ present: [String: ProxyStatistics.Row], _ record: HAProxyRecord
  ) -> [String] {
    let states = layout.servers.map { server -> (path: String, state: String, before: String) in
      let isOut = server.mayBeEjected && record.holdingOut(server.backend) != nil
      // Of one that is down HAProxy does not say whether it would get requests if it were up.
      let before = present[server.path].map { $0.isDown ? "unknown" : $0.administrativeState } ?? "drain"
      return (server.path, isOut ? "drain" : server.state, before)
    }
    let changed = states.filter { $0.state != $0.before }
    let needs = layout.fronts.flatMap(\.chains).flatMap(\.steps).compactMap(\.need)
    return changed.filter { $0.state == "ready" }.map { "set server \($0.path) state ready" }
      + (needs.isEmpty ? [] : ["experimental-mode on"]) + needs.map { "set var \($0.name) int(\($0.value))" }
      + changed.filter { $0.state != "ready" }.map { "set server \($0.path) state \($0.state)" }
  }

  /// The names of the servers that checks know a path for.
  func knownTargets() async throws -> [String] {
    try await socket.ask("show map \(HAProxyConfiguration.targetMap)").split(separator: "\n")
      .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
  }

  /// Tells the checks which path to ask for.
  private func addTargets(of servers: [HAProxyLayout.Server]) async throws {
    var names = Set(try await knownTargets())
    var commands: [String] = []
    for server in servers where server.backend.check.asksPath && names.insert("\(server.name)").inserted {
      let target = server.backend.check.target.escapingScalars { $0 == "\\" || $0 == ";" ? "\\\($0)" : nil }
      commands.append("add map \(HAProxyConfiguration.targetMap) \(server.name) \(target)")
    }
    try await socket.carryOut(commands)
  }
}

extension ProxyStatistics.Row {
  /// Whether it may get requests.
  var isUp: Bool { self["status"].hasPrefix("UP") || self["status"] == "no check" }

  var isDown: Bool { self["status"].hasPrefix("DOWN") }

  var isDraining: Bool { self["status"].hasPrefix("DRAIN") }

  var isInMaintenance: Bool { self["status"].hasPrefix("MAINT") }

  /// What `set server … state` would have to say.
  var administrativeState: String { isInMaintenance ? "maint" : isDraining ? "drain" : "ready" }
}
