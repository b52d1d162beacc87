import Testing

/// Production is moved back and forth while it is used.
struct MoveTests {
  @Test(.world("turncoat"))
  func noRequestIsLostToAMove() async throws {
    let production = try await Production.begin()
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port) { load in
        for move in 1...6 {
          let forth = !move.isMultiple(of: 2)
          let answer = forth ? try await world.ask("promote", production.second) : try await world.ask("rollback")
          #expect(answer.status == 0, "move \(move): \(answer.outcome)")
          #expect(answer.json["failed_requests"].number == 0, "move \(move)")
          #expect(answer.json["total_requests"].number ?? 0 > 0 || !forth, "move \(move)")
          let live = forth ? production.second : production.first
          let after = try await load.answers(20)
          #expect(Set(after.revisions.keys) == [live], "move \(move): \(after)")
          if forth { await expectHotSet(on: live, in: production) }
        }
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      #expect(Set(tally.revisions.keys) == [production.first, production.second], "\(tally)")
      let balancer = try await production.status()["balancer"]
      #expect(balancer["failed"].number == 0)
      #expect(Int(balancer["requests"].number ?? 0) >= tally.answered)
    }
  }

  private func expectHotSet(on revision: String, in production: Production) async {
    let hot = try? await production.status()["sets"]["hot"]
    #expect(hot?["revision"].string == revision, "the hot set is realigned when promote returns")
    #expect(hot?["instances"].array.contains { $0["health"].string == "healthy" } == true)
  }

  @Test(.world("turncoat"))
  func oneMovesAtATime() async throws {
    let production = try await Production.begin(revisions: 3) { $0.bake = "20s" }
    let world = production.world
    try await production.serving { _ in
      let first = try await world.quench("promote", production.first, "--bake", "100ms")
      #expect(first.status == 0, "\(first)")
      let running = try await world.quench("promote", production.second, "--detach", "--bake", "6s")
      #expect(running.status == 0, "\(running)")
      let owner = try await production.status()["promotion"]
      #expect(owner["to"].string == production.second, "\(owner)")
      let refused = try await world.ask("promote", production.revisions[2])
      #expect(refused.status == 1, "\(refused.outcome)")
      #expect(refused.json["result"].string == "REFUSED", "\(refused.outcome)")
      let reason = refused.json["reasons"].array.first { $0["ok"].bool == false }
      #expect(reason?["rule"].string == "running", "\(refused.outcome)")
      #expect(reason?["detail"].string?.contains(production.second.prefix(12)) == true, "\(refused.outcome)")
      #expect(reason?["next"].string?.contains("--wait") == true, "\(refused.outcome)")
      let waited = try await world.ask("promote", production.revisions[2], "--wait", "--bake", "100ms")
      #expect(waited.status == 0, "\(waited.outcome)")
      #expect(waited.json["from"].string == production.second)
      try production.answers(production.revisions[2])
    }
  }

  @Test(.world("turncoat"))
  func verificationUnderServeLeavesProductionAlone() async throws {
    let production = try await Production.begin { $0.hot = "{ instances: 2 }" }
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      let bad = try await production.addRevision("A bad one", bad: true)
      let tally = try await Load.on(port: production.port) { load in
        let verdict = try await world.quench("verify", bad)
        #expect(verdict.status == 1, "\(verdict)")
        _ = try await load.answers(20)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      #expect(Set(tally.revisions.keys) == [production.first], "\(tally)")
      let hot = try await production.status()["sets"]["hot"]
      #expect(hot["revision"].string == production.first, "the hot set is back on its baseline")
      #expect(hot["instances"].array.allSatisfy { $0["health"].string == "healthy" }, "\(hot)")
    }
  }
}
