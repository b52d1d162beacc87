import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchInstances
import SystemPackage
import Testing

@testable import QuenchManagers

@Suite("Route plans")
struct RoutePlanTests {
  private func target(_ id: String, isDown: Bool = false, _ probe: HealthConfiguration.Probe = .tcp) -> Routes.Target {
    Routes.Target(
      Instance(
        id: id, temperature: .cold, revision: String(repeating: "a", count: 40),
        digest: String(repeating: "f", count: 64), port: 20_000 + id.utf8.reduce(0) { $0 + Int($1) }, since: Date(),
        folder: InstanceFolder(path: FilePath("/tmp/\(id)"))), health: HealthConfiguration(probe: probe),
      isDown: isDown)
  }

  private func table(
    _ routes: Routes, data: String? = nil, _ change: (inout Configuration) -> Void = { _ in }
  ) throws -> RoutingTable {
    var configuration = Configuration(service: ServiceConfiguration(name: "rig", run: "./rig"))
    configuration.service.data = data
    change(&configuration)
    let table = RoutePlan(configuration).table(for: routes, version: 7, reason: "test")
    try table.validate()
    return table
  }

  private func tiers(_ table: RoutingTable, _ route: String) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: table.routes.first { $0.id == route }?.tiers.map { ($0.name, $0.backends) } ?? [])
  }

  private var routes: Routes {
    Routes(
      cold: [target("cold-1"), target("cold-2", isDown: true)], verifiedHot: [target("hot-1")],
      otherHot: [target("hot-2")], standby: [target("cold-3")])
  }

  @Test("Production prefers cold and falls back to verified hot instances alone; tests prefer hot")
  func tiers() throws {
    let table = try table(routes)
    #expect(tiers(table, "production") == ["cold": ["cold-1"], "hot": ["hot-1"]])
    #expect(tiers(table, "test") == ["hot": ["hot-1", "hot-2"]])
    #expect(table.routes[0].tiers.map(\.name) == ["cold", "hot"])
    #expect(table.backends.first { $0.id == "cold-3" }?.state == .draining)
    #expect(!table.backends.contains { $0.id == "cold-2" })
    #expect(table.version == 7 && table.listeners.map(\.port) == [8080, 8081])
  }

  @Test("Production's listener speaks TLS where a certificate is named, the tests' only if that is said")
  func certificates() throws {
    let files = Listener.Certificate(chain: "/srv/site.pem", key: "/srv/site.key")
    for test in [false, true] {
      let table = try table(routes) {
        $0.balancer.tls = BalancerConfiguration.TLS(certificate: files.chain, key: files.key, test: test)
      }
      #expect(table.listeners.map(\.certificate) == [files, test ? files : nil])
    }
  }

  @Test("Tests fall back to cold only where that is allowed")
  func testFallback() throws {
    let table = try table(routes) { $0.balancer.testFallback = true }
    #expect(table.routes[1].tiers.map(\.name) == ["hot", "cold"])
  }

  @Test(
    "What a stand-in takes is what the configuration says, or what changes nothing where there are data",
    arguments: [
      (nil, nil, Tier.Acceptance.all), (nil, "data", .safe), (.all, "data", .all), (.safe, nil, .safe),
      (HotConfiguration.Fallback.none, nil, nil),
    ] as [(HotConfiguration.Fallback?, String?, Tier.Acceptance?)])
  func fallback(_ row: (HotConfiguration.Fallback?, String?, Tier.Acceptance?)) throws {
    let table = try table(routes, data: row.1) { $0.hot.fallback = row.0 }
    #expect(table.routes[0].tiers.first { $0.name == "hot" }?.accepts == row.2)
  }

  @Test("Nothing promoted is a table that is right")
  func nothing() throws {
    #expect(tiers(try table(Routes()), "production") == ["cold": [], "hot": []])
  }

  @Test("How long the service may take, and whether requests are written down, is what the configuration says")
  func timeouts() throws {
    let table = try table(routes) {
      $0.balancer.timeouts = .init(firstByte: .seconds(90), idle: .seconds(3600), drain: .seconds(7))
      $0.balancer.accessLog = false
    }
    #expect(table.timeouts == Timeouts(bodyIdle: .seconds(3600), answer: .seconds(90), drain: .seconds(7)))
    #expect(!table.logsAccess)
    #expect(try self.table(routes).logsAccess)
  }

  @Test("Health that the balancer cannot ask for is known from elsewhere")
  func probes() throws {
    let routes = Routes(cold: [target("a", .grpc(service: nil)), target("b", .http(path: "/up")), target("c")])
    #expect(
      try table(routes).backends.map(\.check.probe) == [.known(isHealthy: true), .path("/up"), .tcp])
  }
}
