import Foundation
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import Testing

@testable import QuenchManagers

@Suite("Going back when something stands in the way")
struct GoingBackTests {
  /// Promotes `plain`, then runs `body` while `plain-two` is watched; answers what became of that.
  private func whileBaking(
    _ rig: ProductionRig, noWayBack: String? = nil, _ body: (PromotionRunner) async throws -> Void
  ) async throws -> PromotionRecord {
    let runner = rig.runner()
    _ = try await runner.promote(rig.request("plain"))
    let events = runner.events()
    async let promotion = runner.promote(rig.request("plain-two", noWayBack: noWayBack, bake: .seconds(600)))
    for await event in events where event.kind == .began(.baked) { break }
    try await body(runner)
    return try await promotion
  }

  @Test("A set is not stopped while a balancer that runs does not take the routes away from it")
  func balancerRefuses() async throws {
    try await withProduction { rig in
      let record = try await whileBaking(rig) { (runner: PromotionRunner) async throws in
        let serving = try #require(await rig.cold.sets.live)
        rig.routes.fail(RigError(text: "the table is invalid"))
        let events = try await noted("balancer-unreachable", in: rig) {
          async let aborted = runner.abort(reason: "test")
          try await $0()
          for instance in serving.instances { #expect(await rig.provider.health(of: instance) == .healthy) }
          rig.routes.fail(nil)
          #expect(try await aborted.result == .reverted)
        }
        #expect(events == 1, "it is told once")
        for instance in serving.instances { #expect(await rig.provider.health(of: instance) != .healthy) }
      }
      #expect(record.result == .reverted)
      #expect(await rig.live() == "plain")
      #expect(rig.routes.written.absent.isEmpty)
    }
  }

  /// Runs `body` with a wait for an event of the ledger; answers how many there were.
  private func noted(
    _ kind: String, in rig: ProductionRig, _ body: (() async throws -> Void) async throws -> Void
  ) async throws -> Int {
    func count() async throws -> Int { try await rig.ledger.events(subject: "cold").count { $0.kind == kind } }
    try await body { while try await count() == 0 { await Task.yield() } }
    return try await count()
  }

  @Test("What has no way back is not undone by an abort, but goes on, frozen")
  func abortWithoutWayBack() async throws {
    try await withProduction { rig in
      let record = try await whileBaking(rig, noWayBack: "schema 2") { (runner: PromotionRunner) async throws in
        #expect(try await runner.abort(reason: "test").result == .promoted)
      }
      #expect(record.result == .promoted)
      #expect(record.reasons.contains { $0.rule == "aborted" && !$0.ok })
      #expect(await rig.live() == "plain-two")
      #expect(try await rig.ledger.freeze(of: "rig")?.reason.contains("schema 2") == true)
    }
  }

  @Test("Traffic does not go back to a set that is not up any more")
  func earlierSetEnded() async throws {
    try await withProduction { rig in
      let record = try await whileBaking(rig) { (runner: PromotionRunner) async throws in
        for instance in await rig.cold.sets.others.flatMap(\.instances) { await rig.provider.stop(instance) }
        #expect(try await runner.abort(reason: "test").result == .promoted)
      }
      #expect(record.result == .promoted)
      #expect(await rig.live() == "plain-two")
      #expect(await rig.cold.status().live?.isHealthy == true)
    }
  }

  @Test("A rollback needs neither a configuration that can be read nor room for a second set")
  func rollsBackRegardless() async throws {
    try await withProduction { rig in
      rig.catalog.configure { $0.cold.retain = 0 }
      let runner = rig.runner(room: Room(disk: 1, memory: 1))
      _ = try await rig.runner().promote(rig.request("plain"))
      _ = try await rig.runner().promote(rig.request("plain-two"))
      #expect(await rig.cold.sets.others.isEmpty, "the set before has to be started again")
      rig.catalog.fail(RigError(text: "quench.yml:3:1: unknown key"))
      let record = try await runner.rollback(RollbackRequest(actor: "test"))
      #expect(record.result == .promoted, "\(record.reasons)")
      #expect(await rig.live() == "plain")
    }
  }

  @Test("A closed runner has undone what was under way, and begins nothing")
  func close() async throws {
    try await withProduction { rig in
      let record = try await whileBaking(rig) { (runner: PromotionRunner) async throws in
        await #expect(throws: ManagerError.self) { try await runner.exclusively {} }
        await runner.close(reason: "production is taken down")
        #expect(try await runner.promote(rig.request("plain-three")).result == .refused)
      }
      #expect(record.result == .reverted)
      #expect(await rig.live() == "plain")
    }
  }
}
