import Foundation
import Generators
import NIOCore
import QuenchBalancer
import Testing

/// That nothing a client or a service sends does an engine any harm.
@Suite(.serialized) struct DamageConformance {
  static let requests = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
    "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nping",
    "PUT /early HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    "HEAD /hints HTTP/1.1\r\nHost: a\r\nConnection: x-a, close\r\nX-A: b\r\n\r\n",
  ]

  @Test(arguments: Subject.all) func damagedRequestsDoNoHarm(_ subject: Subject) async throws {
    try await standsFirm(subject) { port, seed in
      var generator = SeededGenerator(seed: seed)
      let text = (0..<Int.random(in: 1...4, using: &generator))
        .compactMap { _ in Self.requests.randomElement(using: &generator) }.joined()
      let client = try await RawClient(port)
      try? await client.send(ByteBuffer(bytes: generator.damaged(text)))
      try? await client.finishSending()
      _ = await client.readToEnd()
    }
  }

  @Test(arguments: Subject.all) func damagedAnswersDoNoHarm(_ subject: Subject) async throws {
    try await standsFirm(subject) { port, seed in
      let client = try await RawClient(port)
      let upgrade = seed % 3 == 0 ? "Connection: upgrade\r\nUpgrade: x\r\n" : "Connection: close\r\n"
      try? await client.send("GET /damaged?seed=\(seed) HTTP/1.1\r\nHost: a\r\n\(upgrade)\r\n")
      _ = try? await client.answer()
      await client.close()
    }
  }

  /// - Parameter attack: gets a port and a seed; many are under way at the same time, as most of them only wait.
  private func standsFirm(
    _ subject: Subject, _ attack: @escaping @Sendable (_ port: Int, _ seed: UInt64) async throws -> Void
  ) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]) { $0.retries.backOff = .milliseconds(1) })
      let port = try await bench.port()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for seed in 0..<150 as Range<UInt64> {
          if seed >= 25 { try await group.next() }
          group.addTask { try await attack(port, seed) }
        }
        try await group.waitForAll()
      }
      #expect(try await bench.balancer.waitUntilDrained(["cold-1"], deadline: Date() + 60) == .drained)
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "cold-1")
      let backend = try await bench.balancer.status().backends[0]
      #expect(backend.inFlight == 0 && backend.health == .healthy)
    }
  }
}
