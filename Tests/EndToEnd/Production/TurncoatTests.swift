import Foundation
import Testing

/// Instances that were healthy turn, one way or another.
struct TurncoatTests {
  @Test(.world("turncoat"), arguments: ["dropping", "garbage", "frail"])
  func instanceThatFailsOnlyUnderTrafficIsLeftOut(fault: String) async throws {
    let production = try await Production.begin(revisions: 1)
    let served = try await production.serving { serve in
      try await production.promote(production.first)
      let turned = try await production.instances()[0]
      let id = try #require(turned["id"].string)
      let tally = try await Load.on(port: production.port, methods: ["GET"]) { load in
        _ = try await load.answers(20)
        try production.turn(turned, to: fault)
        let said = try await comesTrue(within: .seconds(20)) {
          await serve.transcript.text(of: .stdout).split(separator: "\n").contains {
            $0.contains(id) && ($0.contains("unhealthy") || $0.contains("ejected")) && $0.contains("reason=")
          }
        }
        #expect(said, "it is said of \(id)")
        _ = try await load.answers(50)
      }
      // What is no HTTP may have been passed on in part before it was known.
      if fault != "garbage" { #expect(tally.failures.isEmpty, "\(tally)") }
      // HAProxy is looked at now and then; the embedded engine sees each answer.
      #expect(tally.failures.count <= (production.configuration.engine == "embedded" ? 10 : 100), "\(tally)")
      #expect(Set(tally.revisions.keys) == [production.first])
    }
    #expect(served.status == 0)
  }

  @Test(.world("turncoat"))
  func trafficGoesToTheHotSetWhenAllColdOnesTurn() async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving { serve in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port, methods: ["GET"]) { load in
        _ = try await load.answers(20)
        let ill = try await production.instances()
        for instance in ill { try production.turn(instance, to: "ill") }
        let switched = try await comesTrue(within: .seconds(20)) {
          await serve.transcript.text(of: .stdout).split(separator: "\n").contains {
            $0.contains("switched production") && $0.contains("from=cold") && $0.contains("to=hot")
              && $0.contains("reason=unhealthy")
          }
        }
        let events = await serve.transcript.text(of: .stdout)
        #expect(switched, "\(events)")
        try await production.coldSetHeals(without: Set(ill.compactMap(\.["pid"].number).map { pid_t($0) }))
        _ = try await load.answers(20)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
    }
  }

  @Test(.world("turncoat"))
  func closedConnectionsCostNoRequest() async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port, methods: ["GET"]) { load in
        for instance in try await production.instances() { try production.turn(instance, to: "parting") }
        _ = try await load.answers(300)
        // There is nothing to be said of it.
        let status = try await production.status()
        #expect(status["balancer"]["failed"].number == 0, "\(status)")
        #expect(status["sets"]["cold"]["instances"].array.allSatisfy { $0["health"].string == "healthy" }, "\(status)")
      }
      #expect(tally.failures.isEmpty, "\(tally)")
    }
  }

  @Test(.world("turncoat"))
  func serviceThatIgnoresTerminationIsStoppedAllTheSame() async throws {
    let production = try await Production.begin(faultsOfTheLast: ["deaf"]) { $0.grace = "300ms" }
    let world = production.world
    let served = try await production.serving(endedBy: nil) { serve in
      try await production.promote(production.first)
      try await production.promote(production.second)
      let tally = try await Load.on(port: production.port) { load in
        let back = try await world.quench("rollback")
        #expect(back.status == 0, "\(back)")
        _ = try await load.answers(20)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      let down = try await world.quench("down")
      #expect(down.status == 0, "\(down)")
      await serve.transcript.ends()
    }
    try await world.expectNothingRunning()
    let killed = served.stdout.split(separator: "\n").filter { $0.contains(" killed ") && $0.contains("reason=") }
    #expect(killed.count >= 2, "it is said of each: \(served)")
  }

  /// The suites ask hot instances only; the cold ones of the last revision never get healthy.
  @Test(.world("turncoat"))
  func setThatNeverGetsHealthyChangesNothing() async throws {
    let production = try await Production.begin(faultsOfTheLast: ["ill-when-cold"]) { $0.startTimeout = "2s" }
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port) { load in
        let answer = try await production.world.ask("promote", production.second)
        #expect(answer.status == 1, "\(answer.outcome)")
        #expect(answer.json["result"].string == "REVERTED", "\(answer.outcome)")
        #expect(answer.json["reasons"].array.contains { $0["ok"].bool == false }, "\(answer.outcome)")
        _ = try await load.answers(20)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      #expect(Set(tally.revisions.keys) == [production.first], "\(tally)")
      #expect(try await production.instances().allSatisfy { $0["revision"].string == production.first })
    }
  }
}
