import Foundation
import QuenchBalancer
import Testing

/// Who waits when there are as many clients as there may be, and for how long.
@Suite struct ConnectionLimitConformance {
  @Test(arguments: Subject.all) func testsNeverTakeTheConnectionsOfProduction(_ subject: Subject) async throws {
    let cold = try await TestService("cold-1"), hot = try await TestService("hot-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [cold], hot: [hot]) { $0.limits.connections = 4 })
      var tests: [RawClient] = []
      for _ in 0..<3 { tests.append(try await RawClient(bench.port("test"))) }
      #expect(try await tests[0].get("/").body == "hot-1")
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "cold-1")
      for test in tests { await test.close() }
    }
  }

  @Test(arguments: Subject.all) func aHigherLimitLetsThoseInWhoWait(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) {
          $0.limits.connections = 4
          $0.listeners[0].port = 0
        })
      var clients: [RawClient] = []
      for _ in 0..<3 {
        clients.append(try await RawClient(bench.port()))
        #expect(try await clients[clients.count - 1].get("/").body == "cold-1")
      }
      let late = try await RawClient(bench.port()), later = try await RawClient(bench.port())
      try await bench.balancer.apply(Bench.table(2, cold: [service]) { $0.limits.connections = 40 })
      #expect(try await late.get("/").body == "cold-1")
      #expect(try await later.get("/").body == "cold-1")
      for client in clients { await client.close() }
    }
  }
}
