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
    func running() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: folder.string).count {
        HAProxyRecord.number(ofProcessRecord: $0) != nil
          && (try? LaunchedProcess(adopting: folder.appending($0)))?.isRunning == true
      }
    }
    do {
      try await haproxy.apply(Bench.table(cold: [service]))
      let port = try await bench.port(), kept = try await RawClient(port)
      #expect(try await kept.get("/").body == "cold-1")
      try FileManager.default.removeItem(atPath: folder.appending(HAProxyRecord.file).string)
      let next = try haproxy.another()
      try await next.apply(Bench.table(2, cold: [service]) { $0.listeners[0].port = port })
      #expect(try await RawClient(port).get("/").body == "cold-1")
      #expect(try await kept.get("/").body == "cold-1", "it is answered to its end")
      await kept.close()
      try await Patience.wait(for: "one process", instead: running) { try running() == 1 }
      try await next.stop()
    } catch {
      try? await haproxy.stop()
      throw error
    }
    try await haproxy.stop()
  }
}
