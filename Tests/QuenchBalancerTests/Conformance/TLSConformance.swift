import Foundation
import NIOConcurrencyHelpers
import NIOCore
import QuenchBalancer
import Testing

/// How listeners speak TLS; that all else goes over it as it goes without is shown by the other suites.
@Suite struct TLSConformance {
  /// A balancer with TLS in front of one cold service.
  private func withService(
    _ subject: Subject, _ change: @escaping (inout RoutingTable) -> Void = { _ in },
    _ body: (Bench, TestService, TestCertificate) async throws -> Void
  ) async throws {
    let service = try await TestService("cold-1")
    try await Bench.with(subject) { bench in
      try await bench.balancer.apply(Bench.table(cold: [service], change))
      try await body(bench, service, try #require(TestCertificate.current))
    }
  }

  /// A client that knows nothing of TLS.
  private func plainClient(_ port: Int) async throws -> RawClient {
    try await TestCertificate.$current.withValue(nil) { try await RawClient(port) }
  }

  private func tls(_ status: BalancerStatus) -> TLSStatus? { status.listeners.first { $0.id == "production" }?.tls }

  /// What `openssl` says to a server, which it takes for `one.test`.
  private func openSSL(_ port: Int, _ options: [String], input: String = "") throws -> String {
    try Tool.run(
      "openssl", ["s_client", "-connect", "127.0.0.1:\(port)"] + options, input: input, mayFail: true)
  }

  /// The serial number of the certificate that a new connection gets.
  private func serial(_ port: Int) throws -> String {
    try Tool.run(
      "sh", ["-c", "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>&1 | openssl x509 -noout -serial"],
      mayFail: true
    ).serial
  }

  @Test(arguments: Subject.secure) func strictClientsAreServedWithEachVersionThatCounts(_ subject: Subject) async throws
  {
    try await withService(subject) { bench, service, certificate in
      let port = try await bench.port()
      let script = """
        import http.client, ssl, sys
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.create_default_context(cafile=sys.argv[2])
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2", "http/1.1"])
            client = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), context=context)
            client._create_connection = lambda address, *rest: __import__("socket").create_connection(address)
            context.check_hostname = False
            client.connect()
            names = [name for kind, name in client.sock.getpeercert()["subjectAltName"]]
            for number in range(3):
                client.request("POST", "/echo", body="body %d" % number)
                answer = client.getresponse().read().decode()
                assert answer.endswith("body %d" % number), answer
            print(client.sock.version(), client.sock.selected_alpn_protocol(), names, client.sock.cipher()[0])
        """
      let words = try Tool.run("python3", ["-c", script, "\(port)", certificate.files.chain])
      #expect(words.contains("TLSv1.2 http/1.1 ['one.test'] ECDHE-"), "\(words)")
      #expect(words.contains("TLSv1.3 http/1.1 ['one.test'] TLS_"), "\(words)")
      #expect(
        service.requests.allSatisfy {
          $0.head.contains("X-Forwarded-Proto: https\r\n") || $0.head.contains("x-forwarded-proto: https\r\n")
        })
      let answer = try openSSL(
        port, ["-quiet", "-CAfile", certificate.files.chain, "-verify_return_error", "-verify_hostname", "one.test"],
        input: "GET / HTTP/1.0\r\nHost: one.test\r\n\r\n")
      #expect(answer.contains("HTTP/1.1 200 OK") && answer.hasSuffix("cold-1"), "\(answer)")
      let status = try await bench.balancer.status()
      #expect(status.requests == 7 && status.failed == 0)
      #expect(tls(status)?.serial == (try certificate.serial()))
      #expect(tls(status)?.refusal == nil)
      let days = (tls(status)?.expires ?? .distantPast).timeIntervalSinceNow / 86_400
      #expect(days > 29 && days <= 30)
    }
  }

  @Test(arguments: Subject.secure) func anOldVersionAWrongNameAndPlainWordsComeToNothing(_ subject: Subject)
    async throws
  {
    try await withService(subject) { bench, service, certificate in
      let port = try await bench.port()
      let old = try openSSL(port, ["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"])
      #expect(old.contains("protocol version") && !old.contains("BEGIN CERTIFICATE"), "\(old)")
      let stranger = try openSSL(
        port, ["-CAfile", certificate.files.chain, "-verify_return_error", "-verify_hostname", "two.test"])
      #expect(stranger.contains("Verification error"), "\(stranger)")
      let plain = try await plainClient(port)
      try await plain.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = await plain.readToEnd()
      let isTold = subject.capabilities.contains(.mastersHandshakes)
      #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.isEmpty && !isTold, "\(answer)")
      let status = try await bench.balancer.status()
      #expect(service.requests.isEmpty && status.requests == 0 && status.failed == 0 && status.refused == 0)
      #expect(tls(status)?.failedHandshakes ?? 0 >= 2)
      #expect(try await RawClient(port).get("/").body == "cold-1")
    }
  }

  @Test(arguments: Subject.secure) func aHandshakeMustComeToItsEndInTime(_ subject: Subject) async throws {
    func isImpatient(_ table: inout RoutingTable) {
      table.timeouts.head = .milliseconds(300)
      table.timeouts.bodyIdle = .milliseconds(300)
    }
    try await withService(subject, isImpatient) { bench, _, _ in
      let port = try await bench.port()
      for bytes: [UInt8] in [[], [0x16, 3, 1], [0x16, 3, 1, 2, 0, 1, 0, 1]] {
        let client = try await plainClient(port)
        try await client.send(ByteBuffer(bytes: bytes))
        #expect(await client.readToEnd().utf8.count < 16, "at most an alert")
      }
      let status = try await bench.balancer.status()
      #expect(status.requests == 0 && status.failed == 0)
    }
  }

  @Test(arguments: Subject.secure) func handshakesThatGoOnAndOnMakeRoomForOthers(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.mastersHandshakes) else { return }
    func isPatient(_ table: inout RoutingTable) {
      table.timeouts.head = .seconds(3600)
      table.limits.connections = 48
    }
    try await withService(subject, isPatient) { bench, _, _ in
      let port = try await bench.port()
      var clients: [RawClient] = []
      for _ in 0..<5 { clients.append(try await plainClient(port)) }
      for client in clients.prefix(2) { #expect(await client.readToEnd() == "") }
      for _ in 0..<3 { #expect(try await RawClient(port).get("/").body == "cold-1") }
      let status = try await bench.balancer.status()
      #expect(tls(status)?.failedHandshakes == 3, "each newcomer has sent the oldest away")
      #expect(status.failed == 0)
    }
  }

  /// Asks on one new connection after the other, each of which has to be answered, and counts the answers.
  private func ask(_ port: Int, _ answers: NIOLockedValueBox<Int>, while isLoaded: NIOLockedValueBox<Bool>) async throws
  {
    while isLoaded.withLockedValue(\.self) {
      let answer = try await RawClient(port).get("/")
      #expect(answer.body == "cold-1")
      answers.withLockedValue { $0 += 1 }
    }
  }

  @Test(arguments: Subject.secure) func aRenewedCertificateIsTakenUpUnderLoad(_ subject: Subject) async throws {
    try await withService(subject) { bench, service, certificate in
      let port = try await bench.port(), old = try certificate.serial()
      let kept = try await RawClient(port)
      #expect(try await kept.get("/").body == "cold-1")
      let held = try await RawClient(port)
      try await held.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
      while !service.requests.contains(where: { $0.path == "/hold" }) { await Task.yield() }
      let isLoaded = NIOLockedValueBox(true), answers = NIOLockedValueBox(0)
      /// Waits for more answers than all that wait now can account for.
      func moreAnswers() async throws {
        let before = answers.withLockedValue(\.self), end = ContinuousClock.now + .seconds(60)
        while answers.withLockedValue(\.self) <= before + 4 {
          try #require(ContinuousClock.now < end, "the clients are not answered any more")
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask { try await ask(port, answers, while: isLoaded) }
        }
        try await moreAnswers()
        try certificate.renew("two.test")
        let new = try certificate.serial()
        try await bench.until { tls($0)?.serial == new }
        #expect(try serial(port) == new && new != old)
        #expect(try await serial(bench.port("test")) == new, "both listeners have the same files")
        try await moreAnswers()
        isLoaded.withLockedValue { $0 = false }
        try await group.waitForAll()
      }
      #expect(try await kept.get("/").body == "cold-1", "what was connected stays so")
      service.release()
      #expect(try await held.answer().body == "held by cold-1")
      #expect(try await bench.balancer.status().failed == 0)
    }
  }

  @Test(arguments: Subject.secure) func aLinkMayBeTurnedToAnotherCertificate(_ subject: Subject) async throws {
    let first = try TestCertificate("first.test"), second = try TestCertificate("second.test")
    defer {
      first.remove()
      second.remove()
    }
    let live = "\(first.folder)/live"
    try FileManager.default.createSymbolicLink(atPath: live, withDestinationPath: first.folder)
    func isLinked(_ table: inout RoutingTable) {
      for index in table.listeners.indices {
        table.listeners[index].certificate = Listener.Certificate(chain: "\(live)/site.pem", key: "\(live)/site.key")
      }
    }
    try await withService(subject, isLinked) { bench, _, _ in
      #expect(try await serial(bench.port()) == first.serial())
      try FileManager.default.createSymbolicLink(atPath: "\(live).new", withDestinationPath: second.folder)
      #expect(rename("\(live).new", live) == 0)
      let new = try second.serial()
      try await bench.until { tls($0)?.serial == new }
      #expect(try await serial(bench.port()) == new)
    }
  }

  /// Why a pair that is put in the place of another cannot be used.
  enum Damage: String, CaseIterable, CustomTestStringConvertible {
    case otherKey, noCertificate, missing, open, expired
    var testDescription: String { rawValue }
  }

  @Test(arguments: Subject.secure, Damage.allCases) func whatCannotBeUsedLeavesTheOldCertificateInUse(
    _ subject: Subject, _ damage: Damage
  ) async throws {
    try await withService(subject) { bench, service, certificate in
      let port = try await bench.port(), old = try certificate.serial()
      try certificate.make("broken.test", days: damage == .expired ? -1 : 30)
      let new = "\(certificate.folder)/new"
      switch damage {
      case .otherKey: #expect(rename("\(new).key", certificate.files.key) == 0)
      case .noCertificate:
        try Data("no certificate\n".utf8).write(to: URL(filePath: certificate.files.chain), options: .atomic)
      case .missing: #expect(unlink(certificate.files.chain) == 0)
      case .open: #expect(chmod(certificate.files.key, 0o644) == 0)
      case .expired:
        #expect(rename("\(new).key", certificate.files.key) == 0 && rename("\(new).pem", certificate.files.chain) == 0)
      }
      let status = try await bench.until { tls($0)?.refusal != nil }
      let isOfKey = damage == .otherKey || damage == .open
      let refusal = try #require(tls(status)?.refusal)
      #expect(refusal.contains(isOfKey ? certificate.files.key : certificate.files.chain), "\(refusal)")
      #expect(tls(status)?.serial == old)
      #expect(try serial(port) == old)
      try await bench.balancer.apply(Bench.table(2, cold: [service]))
      #expect(try await RawClient(port).get("/").body == "cold-1", "another table is no reason to stop")
      try certificate.renew("good.test")
      let good = try certificate.serial()
      try await bench.until { tls($0)?.serial == good && tls($0)?.refusal == nil }
      #expect(try serial(port) == good)
      #expect(try await bench.balancer.status().failed == 0)
    }
  }

  @Test(arguments: Subject.secure) func theNextTableBringsARenewedCertificateAtOnce(_ subject: Subject) async throws {
    try await withService(subject) { bench, service, certificate in
      try certificate.renew("two.test")
      try await bench.balancer.apply(Bench.table(2, cold: [service]))
      #expect(try await serial(bench.port()) == certificate.serial())
    }
  }

  @Test(arguments: Subject.secure) func aTableWhoseCertificateWasNeverThereIsRefused(_ subject: Subject) async throws {
    try await withService(subject) { bench, service, certificate in
      var table = Bench.table(2, cold: [service])
      table.listeners[0].certificate?.key = "\(certificate.folder)/none.key"
      let error = await #expect(throws: BalancerError.self) { try await bench.balancer.apply(table) }
      #expect(error?.code == .certificateUnreadable && error?.message.contains("none.key") == true)
      let version = try await bench.balancer.status().tableVersion
      let answer = try await RawClient(bench.port()).get("/")
      #expect(version == 1 && answer.body == "cold-1")
    }
  }

  @Test(arguments: Subject.secure) func aListenerGoesFromPlainConnectionsToTLS(_ subject: Subject) async throws {
    guard subject.capabilities.contains(.mastersHandshakes) else { return }
    func isPlain(_ table: inout RoutingTable) {
      for index in table.listeners.indices { table.listeners[index].certificate = nil }
    }
    try await withService(subject, isPlain) { bench, service, _ in
      let port = try await bench.port(), plain = try await plainClient(port)
      #expect(try await plain.get("/").field("Connection") == nil)
      try await bench.balancer.apply(Bench.table(2, cold: [service]))
      #expect(try await RawClient(port).get("/").body == "cold-1")
      let last = try await plain.get("/echo")
      #expect(last.field("Connection") == "close" && last.body.contains("X-Forwarded-Proto: http\r\n"))
    }
  }
}
