import Foundation
import SystemPackage
import Testing

@testable import QuenchBalancer

extension HAProxyTests {
  @Test func theTableSwitchesTheAccessLogOffAndOn() async throws {
    let service = try await TestService("cold-1"), haproxy = try TemporaryHAProxy(accessLog: "access.log")
    let path = haproxy.folder.appending("access.log").string
    func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    let bench = Bench(balancer: haproxy, capabilities: [])
    do {
      try await haproxy.apply(Bench.table(cold: [service]) { $0.logsAccess = false })
      #expect(try await RawClient(bench.port()).get("/unseen").body == "cold-1")
      try await haproxy.apply(Bench.table(2, cold: [service]))
      #expect(try await RawClient(bench.port()).get("/seen").body == "cold-1")
      try await Patience.wait(for: "the line", instead: { text(path) }) { text(path).contains("/seen") }
      #expect(!text(path).contains("/unseen"))
    } catch {
      try? await haproxy.stop()
      throw error
    }
    try await haproxy.stop()
  }

  @Test func aClientCannotBreakALineOfTheAccessLog() async throws {
    let service = try await TestService("cold-1"), haproxy = try TemporaryHAProxy(accessLog: "access.log")
    let path = haproxy.folder.appending("access.log").string
    let bench = Bench(balancer: haproxy, capabilities: [])
    do {
      try await haproxy.apply(Bench.table(cold: [service]))
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/\"q", "X-Request-Id: a\",\"status\":\"\\\r\n").body == "cold-1")
      try await Patience.wait(for: "the line") {
        (try? String(contentsOfFile: path, encoding: .utf8))?.contains("\n") ?? false
      }
      let line = try #require(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first)
      let fields = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(fields["request_id"] as? String == "a\",\"status\":\"\\")
      #expect(fields["status"] as? Int == 200)
    } catch {
      try? await haproxy.stop()
      throw error
    }
    try await haproxy.stop()
  }
}
