import Foundation
import QuenchBalancer
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchManagers
import SystemPackage
import Testing

@Suite("Production as a control plane has it")
struct ProductionTests {
  private func production(_ rig: ProductionRig) -> Production {
    Production(
      service: "rig", state: rig.state, ledger: rig.ledger, provider: rig.provider, publisher: rig.routes,
      catalog: rig.catalog, gate: PolicyGate(ledger: rig.ledger))
  }

  private func json(_ status: StatusDocument) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(status)) as? [String: Any])
  }

  @Test("Its status has every key, also while nothing is promoted")
  func status() async throws {
    try await withProduction { rig in
      let production = production(rig)
      let lock = try await production.own(reason: "test")
      defer { withExtendedLifetime(lock) {} }
      try await production.open()
      let empty = try json(try await production.status(balancer: nil))
      #expect(Set(empty.keys).isSuperset(of: ["schema", "mode", "sets", "balancer", "promotion"]))
      #expect(empty["schema"] as? String == "quench.status/v1" && empty["mode"] as? String == "hot-warm")
      #expect(empty["balancer"] is NSNull && empty["promotion"] is NSNull)
      let cold = try #require((empty["sets"] as? [String: Any])?["cold"] as? [String: Any])
      #expect(cold["revision"] is NSNull && (cold["instances"] as? [Any])?.isEmpty == true)

      _ = try await production.runner.promote(rig.request("plain"))
      _ = try await production.runner.promote(rig.request("plain-two"))
      let full = try json(
        try await production.status(
          balancer: BalancerStatus(engine: "embedded", pid: 1, since: Date(), change: 1, tableVersion: 1, requests: 7)))
      let sets = try #require(full["sets"] as? [String: [String: Any]])
      #expect(sets["cold"]?["revision"] as? String == (try rig.catalog.build("plain-two").revision))
      let members = try #require(sets["cold"]?["instances"] as? [[String: Any]])
      #expect(members.count == 2)
      for member in members {
        #expect(member["state"] as? String == "running" && member["health"] as? String == "healthy")
        #expect((member["pid"] as? Int).map { kill(pid_t($0), 0) == 0 } == true)
        #expect(Set(member.keys) == ["id", "state", "health", "revision", "port", "pid", "since", "url"])
      }
      #expect((sets["cold"]?["retained"] as? [Any])?.count == 1)
      #expect((full["balancer"] as? [String: Any])?["requests"] as? Int == 7)
    }
  }

  @Test("A promotion's document has every key")
  func document() async throws {
    try await withProduction { rig in
      let production = production(rig)
      let record = try await production.runner.promote(rig.request("plain"))
      let document = try #require(try await production.document(of: record.id))
      let json = try #require(
        JSONSerialization.jsonObject(with: JSONEncoder().encode(document)) as? [String: Any])
      #expect(json["schema"] as? String == "quench.promotion/v1")
      #expect(json["result"] as? String == "PROMOTED" && json["from"] is NSNull)
      #expect(json["digest"] as? String == (try rig.catalog.build("plain").digest))
      #expect(json["failed_requests"] as? Int == 0 && json["total_requests"] as? Int == 0)
      let steps = try #require(json["steps"] as? [[String: Any]])
      #expect(steps.allSatisfy { Set($0.keys) == ["name", "started", "seconds"] })
      #expect(steps.last?["name"] as? String == "done")
      let reasons = try #require(json["reasons"] as? [[String: Any]])
      #expect(!reasons.isEmpty && reasons.allSatisfy { Set($0.keys) == ["rule", "ok", "detail", "next"] })
    }
  }

  @Test("A promotion that baked when its process ended goes on, and can be rolled back meanwhile")
  func resumesBake() async throws {
    try await withProduction { rig in
      let first = production(rig)
      _ = try await first.runner.promote(rig.request("plain"))
      // The journal of a process that ended while it baked.
      let path = rig.root.string
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        setenv(Failpoint.variable, "baked:before", 1)
        let rig = try await ProductionRig(at: path)
        try await rig.cold.adopt()
        _ = try await rig.runner().promote(rig.request("plain-two", bake: .seconds(600)))
      }
      let next = production(rig)
      let events = next.runner.events()
      try await next.open()
      let supervision = Task { await next.supervise() }
      defer { supervision.cancel() }
      while await next.runner.current() == nil { await Task.yield() }
      #expect(try await next.status(balancer: nil).promotion?.state == .retained)
      let rollback = try await next.runner.rollback(RollbackRequest(actor: "ann"))
      #expect(rollback.result == .promoted)
      for await event in events {
        if case .concluded(.reverted, _) = event.kind { break }
      }
      #expect(await next.cold.sets.live?.build.revision == (try rig.catalog.build("plain").revision))
      supervision.cancel()
      await supervision.value
    }
  }

  @Test("What happens with a promotion can be read as it was written")
  func events() async throws {
    try await withProduction { rig in
      let production = production(rig)
      let events = production.runner.events()
      let record = try await production.runner.promote(rig.request("plain")) { #expect($0.state == .requested) }
      var seen: [PromotionEventDocument] = []
      for await event in events {
        let document = PromotionEventDocument(event)
        #expect(
          try JSONDecoder().decode(PromotionEventDocument.self, from: JSONEncoder().encode(document)) == document)
        seen.append(document)
        if document.event == .concluded { break }
      }
      #expect(seen.allSatisfy { $0.promotion == record.id && $0.schema == "quench.promotion-event/v1" })
      #expect(seen.last?.result == .promoted)
      let steps = try await rig.ledger.steps(of: record.id).map(\.name)
      #expect(seen.filter { $0.event == .began }.compactMap(\.step) == steps)
      #expect(seen.filter { $0.event == .ended }.compactMap(\.step) == steps)
    }
  }

  @Test("A freeze stops promotions until it is ended")
  func freezes() async throws {
    try await withProduction { rig in
      let production = production(rig)
      try await production.freeze(actor: "ann", reason: "launch")
      #expect(try await production.status(balancer: nil).freeze?.actor == "ann")
      #expect(try await production.runner.promote(rig.request("plain")).result == .refused)
      #expect(try await production.unfreeze(actor: "ann") != nil)
      #expect(try await production.runner.promote(rig.request("plain")).result == .promoted)
      #expect(try await production.decide(rig.request("plain-two").revision, actor: "ann").isAllowed)
    }
  }

  @Test("What was shut down is started by the next process")
  func shutsDown() async throws {
    try await withProduction { rig in
      let production = production(rig)
      _ = try await production.runner.promote(rig.request("plain"))
      try await production.shutDown {}
      #expect(await production.cold.status().live?.members.allSatisfy { $0.health == .stopped } == true)
      let next = try await ProductionRig(at: rig.root.string)
      try await next.cold.adopt()
      #expect(await next.cold.sets.isStopped == false)
      let supervision = Task { await next.cold.supervise() }
      let before = Set(await production.cold.sets.instances.map(\.id))
      await next.routes.wait { $0.cold.count == 2 && before.isDisjoint(with: $0.cold.keys) }
      supervision.cancel()
      await supervision.value
    }
  }
}
