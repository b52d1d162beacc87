import Foundation
import QuenchBalancer
import Testing

/// How requests and answers are passed on.
@Suite(.serialized) struct ForwardingConformance {
  /// A balancer in front of one cold service.
  private func withService(
    _ subject: Subject, _ change: @escaping (inout RoutingTable) -> Void = { _ in },
    _ body: (Bench, TestService, RawClient) async throws -> Void
  ) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service], change))
      try await body(bench, service, RawClient(bench.port()))
    }
  }

  @Test(arguments: Subject.all) func requestsAreAnsweredByTheColdSetOnOneConnection(_ subject: Subject) async throws {
    let cold = try await TestService("cold-1"), hot = try await TestService("hot-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [cold], hot: [hot]))
      let client = try await RawClient(bench.port())
      for _ in 0..<20 { #expect(try await client.get("/").body == "cold-1") }
      #expect(try await RawClient(bench.port("test")).get("/").body == "hot-1")
      #expect(cold.connectionsForRequests < 10, "connections to a backend are kept")
      let status = try await bench.balancer.status()
      #expect(status.requests == 21 && status.failed == 0)
    }
  }

  @Test(arguments: Subject.all) func pipelinedRequestsAreAnsweredInTheirOrder(_ subject: Subject) async throws {
    try await withService(subject) { _, _, client in
      var text = ""
      for number in 0..<40 { text += "GET /echo?n=\(number) HTTP/1.1\r\nHost: a\r\n\r\n" }
      text += "POST /echo?n=40 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
      text += "GET /echo?n=41 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      try await client.send(text)
      for number in 0..<42 {
        let answer = try await client.answer()
        #expect(answer.body.contains("/echo?n=\(number) HTTP/1.1\r\n"))
        #expect(answer.body.hasSuffix("body") == (number == 40))
      }
      #expect(await client.readToEnd() == "")
    }
  }

  @Test(arguments: Subject.all) func aRequestMayComeByteByByte(_ subject: Subject) async throws {
    try await withService(subject, { $0.timeouts.head = .seconds(60) }) { _, _, client in
      let text = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"
      for byte in text { try await client.send(String(byte)) }
      let body = try await client.answer().body
      #expect(try Self.content(ofChunked: #require(body.range(of: "\r\n\r\n")).upperBound, in: body) == "hello")
      guard subject.capabilities.contains(.keepsChunks) else { return }
      #expect(body.contains("5\r\nhello\r\n"))
      #expect(body.contains("X-T: 1\r\n") && body.hasSuffix("\r\n\r\n"))
    }
  }

  /// What the chunks from a place on hold; an engine may deal it into other chunks than it came in.
  private static func content(ofChunked start: String.Index, in text: String) throws -> String {
    var rest = text[start...], content = ""
    while true {
      let line = try #require(rest.range(of: "\r\n")), size = rest[..<line.lowerBound].prefix { $0.isHexDigit }
      let count = try #require(Int(size, radix: 16))
      if count == 0 { return content }
      content += rest[line.upperBound...].prefix(count)
      rest = rest[line.upperBound...].dropFirst(count)
      rest = rest[try #require(rest.range(of: "\r\n")).upperBound...]
    }
  }

  @Test(arguments: Subject.all) func chunksAndTrailersArePassedOn(_ subject: Subject) async throws {
    try await withService(subject) { _, _, client in
      let answer = try await client.get("/chunked")
      #expect(answer.body == "hello, there")
      let keepsTrailers = subject.capabilities.contains(.keepsChunks)
      #expect(answer.rawBody.contains("X-Sum: 12\r\n") == keepsTrailers && answer.field("Content-Length") == nil)
      #expect(try await client.get("/").body == "cold-1", "the connection goes on")
    }
  }

  @Test(arguments: Subject.all) func answersWithoutABodyDoNotStallTheConnection(_ subject: Subject) async throws {
    try await withService(subject) { _, _, client in
      try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
      let head = try await client.answer(toHEAD: true)
      #expect(head.field("Content-Length") == "6")
      #expect(try await client.get("/no-content").status == 204)
      #expect(try await client.get("/not-modified").status == 304)
      #expect(try await client.get("/").body == "cold-1")
    }
  }

  @Test(arguments: Subject.all) func aBodyIsSentWhenTheServiceAsksForIt(_ subject: Subject) async throws {
    try await withService(subject) { _, _, client in
      try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
      #expect(try await client.answer().status == 100)
      try await client.send("hello")
      let answer = try await client.answer()
      #expect(answer.status == 200 && answer.body.hasSuffix("hello"))
      #expect(try await client.get("/").body == "cold-1")
    }
  }

  @Test(arguments: Subject.all) func anAnswerMayComeBeforeTheBodyWasSent(_ subject: Subject) async throws {
    try await withService(subject) { _, _, client in
      try await client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nfirst")
      #expect(try await client.answer().status == 413)
    }
  }

  @Test(arguments: Subject.all) func earlyHintsArePassedOn(_ subject: Subject) async throws {
    try await withService(subject) { _, _, client in
      let hint = try await client.get("/hints")
      #expect(hint.status == 103 && hint.field("Link") == "</a>; rel=preload")
      #expect(try await client.answer().body == "hinted")
    }
  }

  @Test(arguments: Subject.all) func oldClientsAreServedAsTheyUnderstand(_ subject: Subject) async throws {
    try await withService(subject) { bench, _, client in
      let closing = try await client.ask("GET /chunked HTTP/1.0\r\nHost: a\r\n\r\n")
      #expect(!subject.capabilities.contains(.keepsChunks) || closing.field("Transfer-Encoding") == nil)
      #expect(closing.body == "hello, there")
      let kept = try await RawClient(bench.port())
      for _ in 0..<2 {
        let answer = try await kept.ask("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
        #expect(answer.body == "cold-1" && answer.field("Connection")?.lowercased() == "keep-alive")
      }
      let plain = try await RawClient(bench.port())
      try await plain.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
      #expect(await plain.readToEnd().hasSuffix("\r\n\r\ncold-1"))
    }
  }

  @Test(arguments: Subject.all) func anAnswerMayEndWithItsConnection(_ subject: Subject) async throws {
    try await withService(subject) { bench, _, client in
      let answer = try await client.get("/until-close")
      #expect(answer.body == "until the end")
      #expect(try await RawClient(bench.port()).get("/").body == "cold-1")
      #expect(try await bench.balancer.status().failed == 0)
    }
  }

  @Test(arguments: Subject.all) func serverSentEventsAreNotHeldBack(_ subject: Subject) async throws {
    try await withService(subject) { _, service, client in
      try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.read(through: "data: 1\n\n").hasSuffix("data: 1\n\n"))
      service.release()
      #expect(try await client.read(through: "data: 2\n\n").hasSuffix("data: 2\n\n"))
    }
  }

  @Test(arguments: Subject.all) func anUpgradedConnectionCarriesBytesBothWays(_ subject: Subject) async throws {
    try await withService(subject) { _, service, client in
      let answer = try await client.get("/upgrade", "Connection: keep-alive, Upgrade\r\nUpgrade: echo\r\n")
      #expect(answer.status == 101 && answer.field("Upgrade") == "echo")
      #expect(answer.field("Connection")?.lowercased() == "upgrade")
      #expect(try await client.read(7) == "welcome")
      for text in ["ping", "\u{0}\u{1}binary", String(repeating: "long", count: 50000)] {
        try await client.send(text)
        #expect(try await client.read(text.utf8.count) == text)
      }
      #expect(service.requests[0].head.lowercased().contains("upgrade: echo"))
      try await client.finishSending()
      #expect(await client.readToEnd() == "bye")
    }
  }

  @Test(arguments: Subject.all) func anUpgradeToCleartextHTTP2IsNotOffered(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.traces) else { return }
    try await withService(subject) { _, _, client in
      let body = try await client.get(
        "/echo", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
      ).body.lowercased()
      #expect(!body.contains("h2c") && !body.contains("http2-settings") && !body.contains("upgrade"))
    }
  }

  @Test(arguments: Subject.all) func whatIsForOneHopAloneIsNotPassedOn(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.traces) else { return }
    try await withService(subject) { _, _, client in
      let body = try await client.get(
        "/echo",
        "Connection: X-Private, keep-alive\r\nX-Private: 1\r\nKeep-Alive: 5\r\nProxy-Authorization: x\r\nProxy: evil\r\n"
          + "TE: gzip, trailers\r\nX-Public: 2\r\n"
      ).body
      for field in ["X-Private", "Keep-Alive", "Proxy", "gzip"] { #expect(!body.contains(field), "\(field)") }
      #expect(body.contains("X-Public: 2\r\n") && body.contains("TE: trailers\r\n"))
      let answer = try await client.get("/hops")
      for field in ["X-Secret", "Keep-Alive", "Proxy-Authenticate"] { #expect(answer.field(field) == nil, "\(field)") }
      #expect(answer.field("X-Kept") == "yes" && answer.field("Connection") == nil)
      #expect(try await client.get("/").body == "cold-1", "the hop to the service was closed, this one not")
    }
  }

  @Test(arguments: Subject.all) func theServiceIsToldWhereARequestCameFrom(_ subject: Subject) async throws {
    try await withService(subject) { _, service, client in
      _ = try await client.get("/", "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.8\r\n")
      let head = service.requests[0].head
      func field(_ name: String) -> String? {
        RawClient.Answer(status: 0, head: head, body: "", rawBody: "").field(name)
      }
      let chain = try #require(field("X-Forwarded-For"))
      #expect(chain.hasPrefix("192.0.2.7, 192.0.2.8") && chain.hasSuffix(", 127.0.0.1"))
      let scheme = subject.isSecure ? "https" : "http"
      #expect(field("X-Forwarded-Proto") == scheme && field("X-Forwarded-Host") == "example.test")
      guard subject.capabilities.contains(.traces) else { return }
      #expect(field("Forwarded") == #"for=127.0.0.1;host="example.test";proto=\#(scheme)"#)
      #expect(field("X-Request-Id")?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
      #expect(field("traceparent")?.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
    }
  }

  @Test(arguments: Subject.all) func idsThatAreThereAlreadyStay(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.traces) else { return }
    try await withService(subject) { _, service, client in
      let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
      _ = try await client.get("/", "x-request-id: abc-1\r\nTraceparent: \(trace)\r\n")
      _ = try await client.get("/", "x-request-id: a b\r\nTraceparent: 00-zz\r\n")
      #expect(service.requests[0].head.contains("x-request-id: abc-1\r\nTraceparent: \(trace)\r\n"))
      #expect(!service.requests[0].head.contains("X-Request-Id"))
      #expect(!service.requests[1].head.contains("a b") && service.requests[1].head.contains("X-Request-Id: "))
      #expect(!service.requests[1].head.contains("zz"))
    }
  }

  @Test(arguments: Subject.all) func aTargetMayNameTheHost(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.traces) else { return }
    try await withService(subject) { _, service, client in
      _ = try await client.ask("GET http://Example.test/a?b HTTP/1.1\r\nHost: example.test\r\n\r\n")
      _ = try await client.ask("GET http://example.test?b HTTP/1.1\r\nHost: example.test\r\n\r\n")
      #expect(service.requests.map(\.target) == ["/a?b", "/?b"])
    }
  }

  @Test(arguments: Subject.all) func largeBodiesGoBothWaysWhole(_ subject: Subject) async throws {
    try await withService(subject) { bench, _, client in
      try await client.send("GET /big?bytes=20000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      _ = try await client.read(through: "\r\n\r\n")
      #expect(await client.countToEnd() == 20_000_000)
      let upload = try await RawClient(bench.port())
      let body = String(repeating: "0123456789abcdef", count: 60000)
      try await upload.send("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
      async let answer = upload.answer()
      try await upload.send(body)
      #expect(try await answer.body.hasSuffix(body))
    }
  }

  /// A client that reads slowly must not have the whole answer pile up on its way.
  @Test(arguments: Subject.all) func theServiceSendsNoFasterThanTheClientReads(_ subject: Subject) async throws {
    try await withService(subject) { bench, service, _ in
      let total = 100_000_000, ahead = 40_000_000
      let client = try await RawClient(bench.port(), isSlow: true)
      try await client.send("GET /big?bytes=\(total) HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await client.read(through: "\r\n\r\n")
      for read in 1...200 {
        _ = try await client.read(100_000)
        #expect(service.sent - read * 100_000 < ahead)
      }
      await client.close()
    }
  }

  @Test(arguments: Subject.all) func aRequestIsCancelledWhenItsClientHasGone(_ subject: Subject) async throws {
    try await withService(subject) { bench, service, client in
      try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try await client.read(through: "data: 1\n\n")
      await client.close()
      #expect(try await bench.balancer.waitUntilDrained(["cold-1"], deadline: Date() + 30) == .drained)
      #expect(service.requests.count == 1)
      #expect(try await bench.balancer.status().failed == 0)
    }
  }

  @Test(arguments: Subject.all) func otherProtocolsArePassedThroughAndSwitchedPerConnection(_ subject: Subject)
    async throws
  {
    let one = try await TestService("one-1"), two = try await TestService("two-1")
    try await Bench.with(subject) { bench in
      func tcp(_ table: inout RoutingTable) {
        for index in table.listeners.indices { table.listeners[index].transport = .tcp }
        for index in table.backends.indices { table.backends[index].check.probe = .tcp }
      }
      try await bench.balancer.apply(Bench.table(cold: [one], tcp))
      let old = try await RawClient(bench.port())
      try await old.send("tunnel:a")
      #expect(try await old.read(14) == "one-1:tunnel:a")
      try await bench.balancer.apply(
        Bench.table(2, cold: [two]) { table in
          tcp(&table)
          table.backends.append(Backend(id: "one-1", port: one.port, revision: "one", state: .draining))
        })
      let new = try await RawClient(bench.port())
      try await new.send("tunnel:b")
      #expect(try await new.read(14) == "two-1:tunnel:b")
      try await old.send("still")
      #expect(try await old.read(5) == "still", "a connection stays where it is")
      try await old.finishSending()
      #expect(await old.readToEnd() == "bye")
      #expect(try await bench.balancer.waitUntilDrained(["one-1"], deadline: Date() + 30) == .drained)
    }
  }
}
