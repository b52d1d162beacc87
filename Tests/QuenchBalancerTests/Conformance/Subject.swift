import Foundation
import QuenchBalancer
import Testing

/// An engine under test.
struct Subject: Sendable, CustomTestStringConvertible {
  /// What engines do alike only as far as their nature lets them.
  struct Capabilities: OptionSet, Sendable {
    let rawValue: Int
    /// A head that is too large is answered with 431, not 400.
    static let tellsLargeHeads = Capabilities(rawValue: 1)
    /// Writes Forwarded, traceparent and X-Request-Id.
    static let traces = Capabilities(rawValue: 2)
    /// Refuses an HTTP/1.1 request without a Host.
    static let requiresHost = Capabilities(rawValue: 4)
    /// Takes bare line feeds for an error, in requests and answers.
    static let refusesBareLineFeeds = Capabilities(rawValue: 8)
    /// Traffic waits for the hold time before it comes back to a preferred tier.
    static let holds = Capabilities(rawValue: 16)
    /// Hot stand-ins may be limited to requests that change nothing.
    static let acceptsSafeOnly = Capabilities(rawValue: 32)
    /// Ejects a backend for what it answers, not only for connections that it refuses, and spares the last.
    static let ejectsForAnswers = Capabilities(rawValue: 64)
    /// Passes trailers on, keeps the client's chunks, and takes them apart for HTTP/1.0.
    static let keepsChunks = Capabilities(rawValue: 128)
    /// Tells a plain client that a port speaks TLS, has handshakes that go on and on make room for others, and goes from
    /// plain connections to TLS on the same socket.
    static let mastersHandshakes = Capabilities(rawValue: 256)
    /// Counts a late answer as failed and takes no instance out for it: HAProxy tells it from no other failure.
    static let sparesWhatIsLate = Capabilities(rawValue: 512)
    static let all: Capabilities = [
      .tellsLargeHeads, .traces, .requiresHost, .refusesBareLineFeeds, .holds, .acceptsSafeOnly, .ejectsForAnswers,
      .keepsChunks, .mastersHandshakes, .sparesWhatIsLate,
    ]
  }

  let testDescription: String
  let capabilities: Capabilities
  /// Whether clients speak TLS with it.
  var isSecure = false
  let make: @Sendable () async throws -> any Balancer

  /// The engines; a new one is added here and has to pass.
  static let plain =
    [
      Subject(testDescription: "embedded", capabilities: .all) { try await EmbeddedBalancer(eventLoops: 1) }
    ] + TemporaryHAProxy.subjects

  /// The engines with TLS on all listeners.
  static let secure = plain.map { subject in
    Subject(
      testDescription: "\(subject.testDescription) over TLS", capabilities: subject.capabilities, isSecure: true,
      make: subject.make)
  }

  /// What has to pass.
  static let all = plain + secure
}

/// A balancer with a table of cold and hot services, for the length of a test.
struct Bench: Sendable {
  let balancer: any Balancer
  let capabilities: Subject.Capabilities

  /// Runs a test's body on an engine, and stops the engine whatever happens.
  static func with(_ subject: Subject, _ body: (Bench) async throws -> Void) async throws {
    guard subject.isSecure else {
      try await run(subject, body)
      return
    }
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    try await TestCertificate.$current.withValue(certificate) { try await run(subject, body) }
  }

  private static func run(_ subject: Subject, _ body: (Bench) async throws -> Void) async throws {
    let bench = Bench(balancer: try await subject.make(), capabilities: subject.capabilities)
    do {
      try await body(bench)
    } catch {
      try? await bench.balancer.stop()
      throw error
    }
    try await bench.balancer.stop()
  }

  /// The port of a listener.
  func port(_ listener: String = "production") async throws -> Int {
    try #require(try await balancer.status().listeners.first { $0.id == listener }).port
  }

  /// Waits until the status is as asked; some of what it counts is no change that anybody is told of.
  @discardableResult func until(_ isThere: (BalancerStatus) -> Bool) async throws -> BalancerStatus {
    var status = try await balancer.status()
    try await Patience.wait(for: "the status", instead: { status }) {
      if isThere(status) { return true }
      status = try await balancer.status()
      return isThere(status)
    }
    return status
  }

  /// A table with a production and a test listener.
  static func table(
    _ version: Int = 1, cold: [TestService] = [], hot: [TestService] = [],
    _ change: (inout RoutingTable) -> Void = { _ in }
  ) -> RoutingTable {
    let check = HealthCheck(
      .path("/health"), interval: .milliseconds(50), transitionInterval: .milliseconds(20), timeout: .seconds(10),
      rise: 2, fall: 2)
    var table = RoutingTable(
      version: version,
      listeners: [
        Listener(
          id: "production", trafficClass: .production, port: 0, certificate: TestCertificate.current?.files,
          route: "production"),
        Listener(
          id: "test", trafficClass: .test, port: 0, certificate: TestCertificate.current?.files, route: "test"),
      ],
      routes: [
        Route(
          id: "production",
          tiers: [Tier(name: "cold", backends: cold.map(\.name)), Tier(name: "hot", backends: hot.map(\.name))],
          hold: .zero),
        Route(id: "test", tiers: [Tier(name: "hot", backends: hot.map(\.name))], hold: .zero),
      ],
      backends: (cold + hot).map { service in
        Backend(
          id: service.name, port: service.port, revision: String(service.name.prefix { $0 != "-" }), check: check)
      }, timeouts: Timeouts(drain: .seconds(5)))
    change(&table)
    return table
  }
}
