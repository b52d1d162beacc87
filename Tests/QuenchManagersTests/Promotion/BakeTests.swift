import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@Suite("Baking")
struct BakeTests {
  private static func figures(
    _ requests: Int, failures: Int = 0, errors: Int = 0, seconds: Double = 0.004
  ) -> TrafficFigures {
    var latency = LatencyHistogram()
    for _ in 0..<requests { latency.add(seconds: seconds) }
    return TrafficFigures(requests: requests, failures: failures, serverErrors: errors, latency: latency)
  }

  @Test(
    "Only what is worse than before by more than chance is worse",
    arguments: [
      (figures(1000), figures(1000), []),
      (figures(1000), figures(1000, failures: 2), []),
      (figures(1000), figures(1000, failures: 40), ["bake-errors"]),
      (figures(1000), figures(1000, errors: 40), ["bake-errors"]),
      (figures(1000, errors: 40), figures(1000, failures: 45), []),
      (figures(1000, failures: 40), figures(1000, failures: 200), ["bake-errors"]),
      (figures(5000), figures(10, failures: 10), ["bake-errors"]),
      (figures(0), figures(10, failures: 10), ["bake-errors"]),
      (figures(1000), figures(1000, seconds: 0.4), ["bake-latency"]),
      (figures(1000), figures(1000, seconds: 0.009), []),
      (figures(1000), figures(50, seconds: 0.4), []),
    ])
  func criteria(_ row: (before: TrafficFigures, now: TrafficFigures, rules: [String])) {
    let complaints = BakeCriteria().complaints(before: row.before, now: row.now)
    #expect(complaints.map(\.rule) == row.rules)
    #expect(complaints.allSatisfy { !$0.ok && $0.next != nil })
  }

  @Test("A set that fails more requests than the one before is routed back, with the figures")
  func errors() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let before = rig.routes.written.cold
      rig.routes.answer(Self.figures(1000, failures: 1), for: Array(before.keys))
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain-two", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      let new = try #require(await rig.cold.sets.live)
      rig.routes.answer(Self.figures(50, failures: 5, errors: 20), for: new.instances.map(\.id))
      let record = try await promotion
      #expect(record.result == .reverted && record.isRouted)
      #expect(record.reasons.last?.rule == "bake-errors")
      #expect(record.reasons.last?.detail.contains("before that 2 of 2000") == true, "\(record.reasons)")
      #expect(rig.routes.written.cold == before)
      #expect(await rig.cold.sets.others.isEmpty, "the new set is stopped")
      #expect(try await runner.rollback(RollbackRequest(actor: "ann")).reasons.first?.rule == "live")
    }
  }

  @Test("A set whose instance ends while it is watched is routed back")
  func health() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let supervision = Task { await rig.cold.supervise() }
      defer { supervision.cancel() }
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain-two", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      let victim = try #require(await rig.cold.sets.live?.instances.first)
      try LaunchedProcess(adopting: victim.folder.processRecord).process.signal(SIGKILL)
      let record = try await promotion
      #expect(record.result == .reverted)
      #expect(record.reasons.last?.rule == "bake-health")
      #expect(await rig.live() == "plain")
    }
  }

  @Test("Without a way back a set that does worse stays, production is frozen and somebody is told")
  func noWayBack() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain-two", noWayBack: "schema 2", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      let new = try #require(await rig.cold.sets.live)
      rig.routes.answer(Self.figures(50, failures: 25), for: new.instances.map(\.id))
      let record = try await promotion
      #expect(record.result == .promoted)
      #expect(record.reasons.contains { $0.rule == "bake-errors" && !$0.ok })
      #expect(await rig.live() == "plain-two")
      let freeze = try #require(try await rig.ledger.freeze(of: "rig"))
      #expect(freeze.reason.contains("schema 2"))
      #expect(try await rig.ledger.events(subject: "cold").contains { $0.kind == "alert" })

      let refused = try await runner.rollback(RollbackRequest(actor: "ann"))
      #expect(refused.result == .refused)
      #expect(refused.reasons.last?.next?.hasSuffix("--force") == true)
      #expect(await rig.live() == "plain-two")
      // The freeze does not keep anybody from going back.
      let forced = try await runner.rollback(RollbackRequest(actor: "ann", isForced: true))
      #expect(forced.result == .promoted)
      #expect(await rig.live() == "plain")
    }
  }

  @Test("An abort of a promotion whose set still starts leaves nothing of it")
  func abortWhileStarting() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      rig.catalog.configure { $0.service.prepare = CommandConfiguration(command: "exec sleep 600") }
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain-two"))
      for await event in events where event.kind == .began(.started) { break }
      #expect(try await runner.abort(reason: "test").result == .reverted)
      #expect(try await !promotion.isRouted)
      #expect(await rig.live() == "plain")
      let names = Set(await rig.cold.sets.instances.map(\.folder.name))
      #expect(Set(InstanceFolder.all(in: rig.state).map(\.name).filter { $0.hasPrefix("cold") }) == names)
    }
  }

  @Test("What ran on production's data before a promotion is in the journal")
  func prepareIsRecorded() async throws {
    try await withProduction { rig in
      rig.catalog.configure { $0.service.prepare = CommandConfiguration(command: "echo migrate") }
      let record = try await rig.runner().promote(rig.request("plain"))
      let step = try await rig.ledger.steps(of: record.id).first { $0.name == .started }
      #expect(step?.detail["prepare"] == "echo migrate")
    }
  }

  @Test("A promotion without a way back is not aborted by a rollback that is not forced")
  func noWayBackWhileBaking() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain-two", noWayBack: "schema 2", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      let refused = try await runner.rollback(RollbackRequest(actor: "ann"))
      #expect(refused.result == .refused && refused.reasons.last?.rule == "no-way-back")
      #expect(await rig.live() == "plain-two")
      let forced = try await runner.rollback(RollbackRequest(actor: "ann", isForced: true))
      #expect(forced.result == .promoted)
      #expect(try await promotion.result == .reverted)
      #expect(await rig.live() == "plain")
    }
  }

  @Test("In hot-hot mode the hot set is on the new build while that is watched")
  func hotHot() async throws {
    try await withProduction { rig in
      rig.catalog.configure {
        $0.balancer.mode = .hotHot
        $0.hot.baseline = .named("main")
      }
      let runner = rig.runner()
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      #expect(try await rig.hot.status()?.revision == (try rig.catalog.build("plain").revision))
      #expect(rig.routes.written.verifiedHot.count == 1)
      try await runner.abort(reason: "test")
      #expect(try await promotion.result == .reverted)
      #expect(await rig.cold.sets.live == nil && rig.routes.written.cold.isEmpty)
    }
  }

  @Test("An abort undoes a promotion at once")
  func abort() async throws {
    try await withProduction { rig in
      let runner = rig.runner()
      _ = try await runner.promote(rig.request("plain"))
      let events = runner.events()
      async let promotion = runner.promote(rig.request("plain-two", bake: .seconds(600)))
      for await event in events where event.kind == .began(.baked) { break }
      #expect(try await runner.abort(reason: "test").result == .reverted)
      #expect(try await promotion.reasons.last?.rule == "aborted")
      #expect(await rig.live() == "plain")
      await #expect(throws: ManagerError.self) { try await runner.abort(reason: "test") }
    }
  }
}
