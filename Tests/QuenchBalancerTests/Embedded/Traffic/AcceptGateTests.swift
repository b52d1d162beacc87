import Testing

@testable import QuenchBalancer

/// How connections beyond the limit wait for their turn.
@Suite struct AcceptGateTests {
  /// The end of a connection lets those in who wait at another listener, too.
  @Test func roomAtOneListenerIsRoomAtAll() async throws {
    let service = try await TestService("cold-1"), balancer = try await EmbeddedBalancer()
    let bench = Bench(balancer: balancer, capabilities: .all)
    try await balancer.apply(
      Bench.table(cold: [service]) {
        $0.limits.connections = 4
        $0.listeners[1] = Listener(id: "second", trafficClass: .production, port: 0, route: "production")
      })
    var clients: [RawClient] = []
    for _ in 0..<3 {
      clients.append(try await RawClient(bench.port()))
      #expect(try await clients[clients.count - 1].get("/").body == "cold-1")
    }
    // The second listener had asked for one before the limit was reached, and asks for no other.
    let short = try await RawClient(bench.port("second"))
    #expect(try await short.get("/").body == "cold-1")
    await short.close()
    while try await balancer.status().connections > 3 { await Task.yield() }
    for client in clients { await client.close() }
    while try await balancer.status().connections > 0 { await Task.yield() }
    #expect(try await RawClient(bench.port("second")).get("/").body == "cold-1")
    try await balancer.stop()
  }
}
