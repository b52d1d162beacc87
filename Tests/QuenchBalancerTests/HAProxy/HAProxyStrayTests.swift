import Foundation
import QuenchProcesses
import SystemPackage
import Testing

@testable import QuenchBalancer

extension HAProxyTests {
  /// A driver may be killed when HAProxy has been started and before that is written down.
  @Test func aProcessThatNoRecordNamesIsReplaced() async throws {
    let service = try await TestService("cold-1"), haproxy = try TemporaryHAProxy()
    let bench = Bench(balancer: haproxy, capabilities: []), folder = haproxy.balancer.folder
    do {
      try await haproxy.apply(Bench.table(cold: [service]))
      let port = try await bench.port()
      #expect(try await RawClient(port).get("/").body == "cold-1")
      let stray = try LaunchedProcess(adopting: folder.appending("process-1.json"))
      try FileManager.default.removeItem(atPath: folder.appending(HAProxyRecord.file).string)
      let next = try haproxy.another()
      try await next.apply(Bench.table(2, cold: [service]) { $0.listeners[0].port = port })
      #expect(try await RawClient(port).get("/").body == "cold-1")
      try await Patience.wait(for: "the stray's end") { !stray.isRunning }
      try await next.stop()
    } catch {
      try? await haproxy.stop()
      throw error
    }
    try await haproxy.stop()
  }
}
