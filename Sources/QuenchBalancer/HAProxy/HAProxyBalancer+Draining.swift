import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

extension HAProxyBalancer {
  /// Waits until backends are drained; see ``Balancer/waitUntilDrained(_:deadline:)``.
  public func waitUntilDrained(_ backends: [String], deadline: Date) async throws -> DrainOutcome {
    let ids = Set(backends)
    while true {
      let busy = try await statistics().servers.filter { row in
        row.number("scur") > 0 && ServerName(row.name).map { ids.contains($0.instance) } == true
      }
      // A process whose sockets a new one took over may still be answering requests, nobody can ask it which.
      let earlier = try earlierProcesses()
      if busy.isEmpty, earlier.isEmpty { return .drained }
      guard deadline.timeIntervalSinceNow > 0 else {
        for row in busy { _ = try await socket.ask("shutdown sessions server \(row.proxy)/\(row.name)") }
        for process in earlier { await process.stop(grace: .zero) }
        return .cutOff(busy.map { $0.number("scur") }.reduce(earlier.count, +))
      }
      // HAProxy tells nobody when a server has no more requests.
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// The processes that run although another one has taken their place.
  private func earlierProcesses() throws -> [LaunchedProcess] {
    guard let record = try HAProxyRecord(in: folder) else { return [] }
    return launchedProcesses().filter { $0.number != record.process && $0.process.isRunning }.map(\.process)
  }

  /// Takes out the servers that nobody wants any more and that have nothing left to do.
  func reap(_ wanted: Set<String>, _ pools: Set<String>, cuttingOff: Bool = false) async throws {
    for row in try await statistics().servers where pools.contains(row.proxy) {
      let path = "\(row.proxy)/\(row.name)"
      guard !wanted.contains(path) else { continue }
      if row.number("scur") > 0 {
        guard cuttingOff else { continue }
        _ = try await socket.ask("shutdown sessions server \(path)")
      }
      // HAProxy refuses while the server has connections of its own; then a later turn takes it out.
      _ = try await socket.ask("set server \(path) state maint;del server \(path)")
    }
    let left = Set(try await statistics().servers.map(\.name)).union(
      wanted.compactMap { $0.split(separator: "/").last.map(String.init) })
    for name in try await knownTargets() where !left.contains(name) {
      _ = try await socket.ask("del map \(HAProxyConfiguration.targetMap) \(name)")
    }
  }

  /// Takes out what is no longer wanted, whatever it does, when the drain time is up.
  func reapLater(after time: Duration) {
    reaping?.cancel()
    reaping = Task { [weak self] in
      try? await Task.sleep(for: time)
      guard !Task.isCancelled else { return }
      await self?.reapNow()
    }
  }

  private func reapNow() async {
    guard let held = try? await hold("takes out what has drained"),
      let record = try? HAProxyRecord(in: folder), let table = record.table
    else { return }
    let layout = HAProxyLayout(table, ports: record.ports)
    try? await reap(Set(layout.servers.map(\.path)), Set(layout.pools.map(\.name)), cuttingOff: true)
    withExtendedLifetime(held) {}
  }
}
