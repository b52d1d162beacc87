import Foundation
import QuenchBalancer
import Testing

/// What is refused because it could be read in two ways, or asks for too much.
@Suite(.serialized) struct RefusalConformance {
  /// A request that must not reach a service, and the capability that an engine needs to see that.
  struct Ambiguity: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let request: String
    var statuses: Set<Int> = [400]
    var needs: Subject.Capabilities = []
  }

  static let ambiguities = [
    Ambiguity(
      testDescription: "two lengths",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody"),
    Ambiguity(
      testDescription: "a list of lengths", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 5\r\n\r\nbody"),
    Ambiguity(
      testDescription: "a length with a sign", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nbody"),
    Ambiguity(testDescription: "no number", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
    Ambiguity(
      testDescription: "too long a length",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
    Ambiguity(
      testDescription: "length and chunks",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      needs: .traces),
    Ambiguity(
      testDescription: "chunked twice",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
      statuses: [400, 501]),
    Ambiguity(
      testDescription: "chunked in two fields",
      request:
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      statuses: [400, 501]),
    Ambiguity(
      testDescription: "not chunked at the end",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
      statuses: [400, 501]),
    Ambiguity(
      testDescription: "an unknown encoding",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", statuses: [400, 501]),
    Ambiguity(
      testDescription: "gzip and chunked",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", statuses: [501],
      needs: .traces),
    Ambiguity(testDescription: "two hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    Ambiguity(testDescription: "a quote in the host", request: "GET / HTTP/1.1\r\nHost: a\"b\r\n\r\n"),
    Ambiguity(testDescription: "a backslash in the host", request: "GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n"),
    Ambiguity(testDescription: "no host", request: "GET / HTTP/1.1\r\n\r\n", needs: .requiresHost),
    Ambiguity(
      testDescription: "a host with a path", request: "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", needs: .requiresHost),
    Ambiguity(
      testDescription: "target and host differ", request: "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", needs: .traces),
    Ambiguity(testDescription: "NUL in a value", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n"),
    Ambiguity(testDescription: "space before the colon", request: "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"),
    Ambiguity(testDescription: "a field without a name", request: "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    Ambiguity(
      testDescription: "a folded field", request: "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", needs: .traces),
    Ambiguity(
      testDescription: "a folded first field", request: "GET / HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n"),
    Ambiguity(
      testDescription: "a bare line feed", request: "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
      needs: .refusesBareLineFeeds),
    Ambiguity(
      testDescription: "a carriage return in a value", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
    Ambiguity(
      testDescription: "two spaces", request: "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", needs: .refusesBareLineFeeds),
    Ambiguity(testDescription: "no version", request: "GET /\r\nHost: a\r\n\r\n"),
    Ambiguity(
      testDescription: "another version", request: "GET / HTTP/3.1\r\nHost: a\r\n\r\n", statuses: [400, 505]),
    Ambiguity(
      testDescription: "HTTP/2", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", statuses: [400, 505], needs: .traces),
    Ambiguity(testDescription: "a method that is no word", request: "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Ambiguity(testDescription: "bytes of TLS", request: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n"),
    Ambiguity(
      testDescription: "CONNECT", request: "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", statuses: [405],
      needs: .traces),
    Ambiguity(
      testDescription: "chunks in HTTP/1.0",
      request: "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", needs: .traces),
    Ambiguity(
      testDescription: "a chunk without a size",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n;a\r\n"),
    Ambiguity(
      testDescription: "a chunk longer than it says",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"),
    Ambiguity(
      testDescription: "a chunk size that overflows",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
  ]

  @Test(arguments: Subject.all, ambiguities) func anAmbiguousRequestIsRefusedAndItsConnectionClosed(
    _ subject: Subject, _ ambiguity: Ambiguity
  ) async throws {
    guard subject.capabilities.isSuperset(of: ambiguity.needs) else { return }
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]))
      let client = try await RawClient(bench.port())
      try await client.send(ambiguity.request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
      let text = await client.readToEnd()
      let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      #expect(ambiguity.statuses.contains(status), "\(text)")
      #expect(text.ranges(of: #/HTTP/1\.[01] [0-9]{3} /#).count == 1, "nothing behind it is answered")
      #expect(!service.requests.contains { $0.path == "/smuggled" })
      let good = try await RawClient(bench.port())
      #expect(try await good.get("/").body == "cold-1")
      #expect(try await bench.balancer.status().failed == 0)
    }
  }

  @Test(arguments: Subject.all) func aHeadMayNotBeTooLarge(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) {
          $0.limits.headBytes = 4096
          $0.limits.headerCount = 20
        })
      let statuses: Set<Int> = subject.capabilities.contains(.tellsLargeHeads) ? [431] : [400, 431]
      let large = try await RawClient(bench.port())
      #expect(statuses.contains(try await large.get("/", "X: \(String(repeating: "x", count: 8000))\r\n").status))
      let endless = try await RawClient(bench.port())
      try await endless.send("GET /\(String(repeating: "x", count: 100_000))")
      #expect(statuses.contains(try await endless.answer().status))
      let many = try await RawClient(bench.port())
      #expect(statuses.contains(try await many.get("/", String(repeating: "X: y\r\n", count: 40)).status))
      let good = try await RawClient(bench.port())
      #expect(try await good.get("/", "X: \(String(repeating: "x", count: 2000))\r\n").body == "cold-1")
    }
  }

  @Test(arguments: Subject.all) func aHeadMustComeInTime(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]) { $0.timeouts.head = .milliseconds(200) })
      let text = try await answer(to: "GET / HTTP/1.1\r\nHost: ", bench)
      #expect(text.hasPrefix("HTTP/1.1 408 "))
    }
  }

  /// All that comes back for a text; a connection that was closed before its first byte came is made anew.
  private func answer(to text: String, _ bench: Bench) async throws -> String {
    for _ in 0..<5 {
      let client = try await RawClient(bench.port())
      try? await client.send(text)
      let answer = await client.readToEnd()
      if !answer.isEmpty { return answer }
    }
    throw Patience.Exhausted(description: "nothing came back for \(text)")
  }

  @Test(arguments: Subject.all) func aBodyMustGoOnComing(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(
        Bench.table(cold: [service]) {
          $0.timeouts.bodyIdle = .milliseconds(200)
          $0.timeouts.head = .milliseconds(200)
        })
      let text = try await answer(to: "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf", bench)
      #expect(text.contains("HTTP/1.1 408 ") || text.contains("HTTP/1.1 400 "))
      #expect(service.requests.isEmpty)
      let status = try await bench.balancer.status()
      #expect(status.failed == 0 && status.backends[0].failures == 0, "it is the client that has not done its part")
    }
  }

  @Test(arguments: Subject.all) func clientsBeyondTheLimitWaitForTheirTurn(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]) { $0.limits.connections = 4 })
      var clients: [RawClient] = []
      for _ in 0..<3 {
        clients.append(try await RawClient(bench.port()))
        #expect(try await clients[clients.count - 1].get("/").body == "cold-1")
      }
      let late = try await RawClient(bench.port())
      // Over TLS even its handshake has to wait.
      async let answer = late.get("/")
      #expect(try await bench.balancer.status().connections <= 3)
      await clients[0].close()
      #expect(try await answer.body == "cold-1")
    }
  }

  @Test(arguments: Subject.all) func anIdleConnectionIsClosedInTime(_ subject: Subject) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service]) { $0.timeouts.keepAliveIdle = .milliseconds(200) })
      let client = try await RawClient(bench.port())
      #expect(try await client.get("/").body == "cold-1")
      #expect(await client.readToEnd() == "")
    }
  }
}
