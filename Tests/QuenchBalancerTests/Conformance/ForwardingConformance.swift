import Foundation
import QuenchBalancer
import Testing

/// How requests and answers are passed on.
@Suite struct ForwardingConformance {
  @Test(arguments: Subject.all) func requestsAreAnsweredByTheColdSetOnOneConnection(_ subject: Subject) async throws {
    let cold = try await TestService("cold-1"), hot = try await TestService("hot-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [cold], hot: [hot]))
      let client = try await RawClient(bench.port())
      for _ in 0..<20 { #expect(try await client.get("/").body == "cold-1") }
      #expect(try await RawClient(bench.port("test")).get("/").body == "hot-1")
      #expect(cold.connections < 10, "connections to a backend are kept")
      let status = try await bench.balancer.status()
      #expect(status.requests == 21 && status.failed == 0)
    }
  }

  @Test(arguments: Subject.all) func aNewTableMovesTheTrafficOnKeptConnectionsToo(_ subject: Subject) async throws {
    let one = try await TestService("one-1"), two = try await TestService("two-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [one]))
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "one-1")
      let port = try await bench.port()
      try await bench.balancer.apply(Bench.table(2, cold: [two]))
      #expect(try await bench.port() == port)
      #expect(try await client.get("/").body == "two-1")
      #expect(try await bench.balancer.waitUntilDrained(["one-1"], deadline: Date() + 30) == .drained)
    }
  }
}
