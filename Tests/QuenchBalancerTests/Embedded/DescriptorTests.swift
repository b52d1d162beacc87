import Foundation
import NIOCore
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@testable import QuenchBalancer

/// The embedded balancer with few descriptors.
@Suite struct DescriptorTests {
  /// Runs a balancer that may have no more than `limit` files open, before a service that holds requests to `/hold`.
  private func withLimit(_ limit: Int, _ body: (Bench, TestService) async throws -> Void) async throws {
    try await withState("balancer") { state in
      let launcher = try Launcher.located(), balancer = BalancerProcess(state: state, service: "orders").client
      let socket = BalancerProcess(state: state, service: "orders").socket
      let process = try await launcher.start(
        Launch(
          arguments: [
            "/bin/sh", "-c", "ulimit -n \(limit); exec \"$0\" balancer \"$1\" --quiet", launcher.executable.string,
            socket.string,
          ], environment: ProcessEnvironment.allowed(temporaryDirectory: state.run), workingDirectory: state.run),
        record: state.run.appending("limited.json"), log: state.logs.appending("limited.log"))
      while process.isRunning, (try? await balancer.status()) == nil { await Task.yield() }
      let service = try await TestService("cold-1")
      // Beside hundreds of other tests it may take minutes to come back to a client.
      try await balancer.apply(
        Bench.table(cold: [service]) {
          ($0.timeouts.head, $0.timeouts.keepAliveIdle) = (.seconds(3600), .seconds(3600))
        })
      try await body(Bench(balancer: balancer, capabilities: .all), service)
      let status = try await balancer.status()
      #expect(status.backends[0].health == .healthy && status.backends[0].failures == 0)
      #expect(status.switches.count == 1, "what this machine lacks is no instance's fault")
      try await balancer.stop()
    }
  }

  /// The statuses of as many requests at once, each on a connection of its own.
  private func ask(_ count: Int, at port: Int, then body: @Sendable @escaping (Int) async throws -> Void) async throws
    -> [Int]
  {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count {
        group.addTask {
          let client = try await RawClient(port)
          let status = try await client.get("/hold", "Connection: close\r\n").status
          try await body(status)
          return status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test func thereAreNoMoreClientsThanCanHaveABackend() async throws {
    let limit = 256 + 8 * ProcessInfo.processInfo.activeProcessorCount
    try await withLimit(limit) { bench, service in
      let port = try await bench.port()
      let share = TrafficClass.production.share(of: DescriptorLimit.traffic(of: limit)) / 2
      async let statuses = ask(share * 3, at: port) { _ in }
      while service.requests.count < share { await Task.yield() }
      #expect(try await bench.balancer.status().connections <= share + 16)
      service.release()
      #expect(try await statuses == Array(repeating: 200, count: share * 3))
    }
  }

  @Test func clientsThatWaitForTheirNextRequestNeedNoBackend() async throws {
    let limit = 512 + 8 * ProcessInfo.processInfo.activeProcessorCount
    try await withLimit(limit) { bench, _ in
      let port = try await bench.port(), share = TrafficClass.production.share(of: DescriptorLimit.traffic(of: limit))
      var clients: [RawClient] = []
      for _ in 0..<(share * 5 / 8) {
        // Beside hundreds of other tests it may take minutes to come back to it.
        let client = try await RawClient(port, patience: .hours(1))
        #expect(try await client.get("/").status == 200)
        clients.append(client)
      }
      #expect(clients.count > share / 2, "more than could be answered at the same time")
      for client in clients { #expect(try await client.get("/").status == 200) }
    }
  }

  @Test func aLackOfDescriptorsIsNoInstancesFault() async throws {
    // About ten are left for clients and backends.
    try await withLimit(30 + 3 * ProcessInfo.processInfo.activeProcessorCount) { bench, service in
      let statuses = try await ask(40, at: bench.port()) { if $0 == 503 { service.release() } }
      #expect(statuses.contains(503) && statuses.allSatisfy { $0 == 200 || $0 == 503 })
      #expect(try await RawClient(bench.port()).get("/").body == "cold-1")
    }
  }
}
