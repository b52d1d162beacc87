import Foundation
import Generators
import QuenchBalancer
import Testing

@Suite struct RoutingTableTests {
  static let table = RoutingTable(
    version: 7, reason: "promotion 3",
    listeners: [
      Listener(id: "production", trafficClass: .production, port: 8080, route: "production"),
      Listener(
        id: "test", trafficClass: .test, host: "::1", port: 0, transport: .tcp,
        certificate: Listener.Certificate(chain: "/etc/chain.pem", key: "/etc/key.pem"), route: "test"),
    ],
    routes: [
      Route(
        id: "production",
        tiers: [
          Tier(name: "cold", backends: ["cold-1", "cold-2"], minimumHealthy: 2, ramp: .milliseconds(1500)),
          Tier(name: "hot", backends: ["hot-1"], accepts: .safe),
        ]),
      Route(id: "test", tiers: [Tier(name: "hot", backends: ["hot-1"])], hold: .zero, failMode: .open),
    ],
    backends: [
      Backend(id: "cold-1", port: 9001, revision: "0123abcd", check: HealthCheck(.path("/health?deep=1"))),
      Backend(id: "cold-2", port: 9002, revision: "0123abcd", state: .draining),
      Backend(id: "hot-1", port: 9003, revision: "4567cdef", check: HealthCheck(.known(isHealthy: true))),
      Backend(id: "standby", port: 9004, revision: "4567cdef"),
    ])

  @Test func aTableIsWhatItWasAfterItsWayThroughJSON() throws {
    let data = try JSONEncoder().encode(Self.table)
    #expect(try JSONDecoder().decode(RoutingTable.self, from: data) == Self.table)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains(#""schema":"quench.routing-table\/v1""#))
    #expect(text.contains(#""ramp":1.5"#))
    #expect(text.contains(#""isHealthy":true"#) && text.contains(#""kind":"tcp""#))
  }

  /// Each breaks one rule of the table above.
  static let faults: [(String, @Sendable (inout RoutingTable) -> Void)] = [
    ("version", { $0.version = 0 }),
    ("two times the listener", { $0.listeners.append($0.listeners[0]) }),
    (
      "two times the listening address",
      {
        $0.listeners[1].host = "127.0.0.1"; $0.listeners[1].port = 8080
      }
    ),
    ("two times the backend", { $0.backends[1].id = "cold-1" }),
    ("two times the route", { $0.routes[1].id = "production" }),
    ("two times the tier", { $0.routes[0].tiers[1].name = "cold" }),
    ("unknown backend cold-9", { $0.routes[0].tiers[0].backends.append("cold-9") }),
    ("unknown route other", { $0.listeners[0].route = "other" }),
    ("no plain word", { $0.backends[0].revision = "a\nb" }),
    ("no plain word", { $0.backends[3].id = "a b" }),
    ("host", { $0.backends[0].host = "a b" }),
    ("port", { $0.backends[0].port = 0 }),
    ("health path", { $0.backends[0].check.probe = .path("health") }),
    ("health path", { $0.backends[0].check.probe = .path("/a b") }),
    ("rise", { $0.backends[0].check.rise = 0 }),
    ("jitter", { $0.backends[0].check.jitter = .nan }),
    ("no full path", { $0.listeners[1].certificate?.key = "key.pem" }),
    ("tiers", { $0.routes[0].tiers = [] }),
    ("heads", { $0.limits.headBytes = 10 }),
    ("share", { $0.retries.share = 2 }),
    ("longest", { $0.ejection.duration = .seconds(61) }),
    ("more than 512", { $0.backends += (0..<512).map { Backend(id: "b\($0)", port: 1, revision: "a") } }),
  ]

  @Test(arguments: faults.indices) func aTableThatBreaksARuleIsRefusedAlsoOnItsWayIn(_ index: Int) throws {
    let (words, fault) = Self.faults[index]
    var table = Self.table
    fault(&table)
    let error = #expect(throws: BalancerError.self) { try table.validate() }
    #expect(error?.code == .tableInvalid)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    guard let data = try? JSONEncoder().encode(table) else { return }
    #expect(throws: (any Error).self) { try JSONDecoder().decode(RoutingTable.self, from: data) }
  }

  @Test func lengthsOfTimeAreExactToTheMicrosecond() throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<1000 {
      let duration = Duration.microseconds(Int64.random(in: 0...86_400_000_000, using: &generator))
      let data = try JSONEncoder().encode(Seconds(wrappedValue: duration))
      #expect(try JSONDecoder().decode(Seconds.self, from: data).wrappedValue == duration)
    }
    for text in ["-1", "1e300", "\"1\""] {
      #expect(throws: (any Error).self) { try JSONDecoder().decode(Seconds.self, from: Data(text.utf8)) }
    }
  }
}
