import Foundation
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@Suite("Promotions")
struct PromotionTests {
  @Test("A promotion moves production, retains what was live, and a rollback is a change of route")
  func promoteAndRollBack() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      let first = try await runner.promote(rig.request("plain"))
      #expect(first.result == .promoted, "\(first.reasons)")
      #expect(first.from == nil && first.state == .done && first.isRouted)
      let earlier = try #require(await rig.cold.sets.live)
      #expect(Set(rig.routes.written.cold.keys) == Set(earlier.instances.map(\.id)))
      let revision = try rig.catalog.build("plain").revision
      for port in rig.routes.written.cold.values { #expect(try HTTPAnswer.get(port, "/") == revision) }

      let second = try await runner.promote(rig.request("plain-two"))
      #expect(second.result == .promoted && second.from == earlier.build)
      #expect(await rig.live() == "plain-two")
      #expect(Set(rig.routes.written.standby.keys) == Set(earlier.instances.map(\.id)), "the earlier set stays up")
      #expect(try await rig.hot.status()?.revision == second.revision, "the hot set follows")
      #expect(rig.routes.written.verifiedHot.count == 1)
      let steps = try await rig.ledger.steps(of: second.id).map(\.name)
      #expect(
        steps == [.gated, .fetched, .started, .healthy, .routed, .drained, .retained, .baked, .done])

      let back = try await runner.rollback(RollbackRequest(actor: "ann"))
      #expect(back.result == .promoted && back.kind == .rollback && back.revision == revision)
      #expect(await rig.cold.sets.live?.instances == earlier.instances, "the very instances that were retained")
      #expect(Set(rig.routes.written.cold.keys) == Set(earlier.instances.map(\.id)))

      let again = try await runner.rollback(RollbackRequest(actor: "ann"))
      #expect(again.result == .promoted && again.from?.revision == again.revision)
      #expect(again.reasons.first?.detail.contains("nothing was changed") == true)
      #expect(await rig.live() == "plain")
      await #expect(throws: ManagerError.self) {
        try await runner.rollback(RollbackRequest(actor: "ann", goesFurther: true))
      }
      #expect(rig.routes.written.absent.isEmpty)
    }
  }

  @Test("What must not be promoted is refused with the rule, the reason and the next command")
  func refusals() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      func refused(_ request: PromotionRequest, by rule: String, runner: PromotionRunner) async throws {
        let record = try await runner.promote(request)
        #expect(record.result == .refused)
        let reason = record.reasons.first { !$0.ok }
        #expect(reason?.rule == rule, "\(record.reasons)")
        #expect(reason?.detail.isEmpty == false && reason?.next != nil)
      }
      let unknown = PromotionRequest(revision: String(repeating: "9", count: 40), actor: "test")
      try await refused(unknown, by: "verdict", runner: runner)
      #expect(await rig.cold.sets.all.isEmpty)

      #expect(try await runner.promote(rig.request("plain")).result == .promoted)
      try await refused(rig.request("plain"), by: "live", runner: runner)

      try await rig.ledger.freeze(service: "rig", actor: "ann", reason: "launch day")
      try await refused(rig.request("plain-two"), by: "freeze", runner: runner)
      try await rig.ledger.unfreeze(service: "rig", actor: "ann")

      try await refused(
        rig.request("plain-two"), by: "room", runner: rig.runner(room: Room(disk: 10, memory: nil)))

      rig.catalog.configure { $0.gate.suites = ["api", "smoke"] }
      try await refused(rig.request("plain-two"), by: "suite-smoke", runner: runner)
      rig.catalog.configure { $0.gate.suites = nil }

      let digest = try rig.catalog.build("plain-two").digest
      let blob = rig.state.store.appending("blobs/sha256").appending(digest).string
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: blob)
      let file = try FileHandle(forUpdating: URL(filePath: blob))
      try file.write(contentsOf: Data("x".utf8))
      try file.close()
      try await refused(rig.request("plain-two"), by: "artifact", runner: runner)
      #expect(await rig.live() == "plain")
      #expect(await rig.cold.sets.others.isEmpty)
    }
  }

  @Test("A build that does not start changes nothing, and nothing of it is left")
  func failsBeforeRouting() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let before = rig.routes.written
      let record = try await runner.promote(rig.request("never-healthy"))
      #expect(record.result == .reverted && !record.isRouted)
      #expect(record.reasons.last?.rule == "started")
      #expect(record.reasons.last?.detail.contains("not healthy within") == true)
      #expect(rig.routes.written == before)
      let names = Set(await rig.cold.sets.instances.map(\.folder.name))
      #expect(Set(InstanceFolder.all(in: rig.state).map(\.name).filter { $0.hasPrefix("cold") }) == names)
    }
  }

  @Test("When the balancer cannot be told, production stays where it was")
  func failsToRoute() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let before = rig.routes.written.cold
      rig.routes.fail(RigError(text: "no balancer"), isGone: true)
      let record = try await runner.promote(rig.request("plain-two"))
      rig.routes.fail(nil)
      #expect(record.result == .reverted && !record.isRouted)
      #expect(await rig.live() == "plain")
      #expect(try await rig.ledger.liveBuild(service: "rig")?.digest == rig.catalog.build("plain").digest)
      #expect(rig.routes.written.cold == before)
    }
  }

  @Test("A second promotion is refused while one runs, or waits for its turn as asked")
  func oneAtATime() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let events = runner.events()
      async let first = runner.promote(rig.request("plain-two", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      let refused = try await runner.promote(rig.request("plain-three"))
      #expect(refused.result == .refused && refused.reasons.first?.rule == "running")
      let waits = runner.events()
      async let second = runner.promote(rig.request("plain-three", waits: true))
      for await event in waits {
        if case .waiting = event.kind { break }
      }
      // The rollback undoes the one that bakes, and whoever waits has to think again.
      let rollback = try await runner.rollback(RollbackRequest(actor: "ann"))
      #expect(rollback.result == .promoted && rollback.reasons.first?.rule == "abort")
      #expect(try await first.result == .reverted)
      let late = try await second
      #expect(late.result == .refused && late.reasons.contains { $0.rule == "newest" && !$0.ok })
      #expect(await rig.live() == "plain")

      let starts = runner.events()
      async let third = runner.promote(rig.request("plain-two", bake: .milliseconds(50)))
      for await event in starts where event.kind == .began(.gated) { break }
      let fourth = try await runner.promote(rig.request("plain-three", waits: true))
      #expect(try await third.result == .promoted && fourth.result == .promoted)
      #expect(fourth.from?.revision == (try rig.catalog.build("plain-two").revision))
    }
  }

  @Test("One that waits for its turn can give it up, and the one under way goes on")
  func withdrawal() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let events = runner.events()
      async let first = runner.promote(rig.request("plain-two", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      let waits = runner.events()
      async let second = runner.promote(rig.request("plain-three", waits: true))
      let waiting = await waits.first { if case .waiting = $0.kind { true } else { false } }
      let number = try #require(waiting).promotion
      let withdrawn = try await runner.abort(number, reason: "test")
      #expect(withdrawn.id == number && withdrawn.result == .refused, "\(withdrawn)")
      #expect(withdrawn.reasons.contains { $0.rule == "aborted" && !$0.ok })
      #expect(try await second == withdrawn)
      #expect(await runner.waiting.isEmpty)
      #expect(await runner.current()?.revision == (try rig.catalog.build("plain-two").revision))
      let over = await #expect(throws: ManagerError.self) { try await runner.abort(withdrawn.id, reason: "test") }
      #expect(over?.code == .nothingToAbort && over?.message.contains("REFUSED") == true)
      let current = try #require(await runner.current())
      #expect(try await runner.abort(current.id, reason: "test").result == .reverted)
      #expect(try await first.result == .reverted)
      #expect(await rig.live() == "plain")
    }
  }

  @Test("Of several promotions that are asked for at once one is made and the others are refused")
  func atOnce() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      let requests = try ["plain", "plain-two", "plain-three"].map { try rig.request($0) }
      let records = try await withThrowingTaskGroup(of: PromotionRecord.self) { group in
        for request in requests { group.addTask { try await runner.promote(request) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(records.count { $0.result == .promoted } == 1)
      #expect(records.count { $0.result == .refused && $0.reasons.first?.rule == "running" } == 2)
      #expect(try await rig.ledger.unfinishedPromotions(service: "rig").isEmpty)
    }
  }

  @Test("Data are production's, whatever build is live")
  func dataStay() async throws {
    try await withProduction { rig in
      rig.catalog.configure { $0.service.data = "data" }
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let instance = try #require(await rig.cold.sets.live?.instances.first)
      #expect(try HTTPAnswer.get(instance.port, "/data") == rig.state.coldData.string)
      try "paid".write(
        toFile: instance.folder.artifact.appending("data/order").string, atomically: false, encoding: .utf8)
      _ = try await runner.promote(rig.request("plain-two"))
      _ = try await runner.rollback(RollbackRequest(actor: "ann"))
      #expect(
        try String(contentsOfFile: rig.state.coldData.appending("order").string, encoding: .utf8) == "paid")
    }
  }
}
