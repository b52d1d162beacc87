import Foundation
import Testing

@testable import QuenchBalancer

/// What an event loop keeps count of.
@Suite struct TrafficLoopTests {
  /// A count that drifts would let fewer and fewer requests be tried again.
  @Test func aRequestIsOverOnceHoweverItEnds() async throws {
    let service = try await TestService("cold-1"), balancer = try await EmbeddedBalancer()
    try await balancer.apply(Bench.table(cold: [service]))
    let bench = Bench(balancer: balancer, capabilities: .all)
    for _ in 0..<5 {
      let client = try await RawClient(bench.port())
      try await client.send("POST /early-stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      _ = try await client.read(through: "early")
      try await client.send("no length\r\n")
      _ = await client.readToEnd()
    }
    while try await balancer.status().connections > 0 { await Task.yield() }
    #expect(try await balancer.onLoops { [$0.active, $0.retrying] } == [[0, 0]])
    #expect(try await balancer.status().refused == 5)
    try await balancer.stop()
  }
}
