import Foundation
import Testing

/// A promotion is given up while it runs.
struct AbortTests {
  @Test(.world("turncoat"))
  func controlCWhileItBakesGoesBack() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port) { _ in
        let outcome = try await production.world.quench("promote", production.second, "--bake", "60s") { promote in
          try await production.reaches("retained")
          promote.send(SIGINT, toGroup: true)
        }
        #expect(outcome.status == 130, "\(outcome)")
        try production.answers(production.first)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      try await expectOnlyTheFirst(in: production)
    }
  }

  @Test(.world("turncoat"))
  func controlCBeforeItIsRoutedStopsTheNewSet() async throws {
    let production = try await Production.begin(faultsOfTheLast: ["ill-when-cold"])
    try await production.serving { _ in
      try await production.promote(production.first)
      let outcome = try await production.world.quench("promote", production.second) { promote in
        try await production.reaches("fetched")
        promote.send(SIGINT, toGroup: true)
      }
      #expect(outcome.status == 130, "\(outcome)")
      try production.answers(production.first)
      try await expectOnlyTheFirst(in: production)
    }
  }

  @Test(.world("turncoat"))
  func rollbackWhileItBakesGoesBack() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      try await production.promote(production.first)
      let promotion = try await production.world.quench("promote", production.second, "--bake", "60s") { _ in
        try await production.reaches("retained")
        let back = try await production.world.quench("rollback")
        #expect(back.status == 0, "\(back)")
        try production.answers(production.first)
      }
      #expect(promotion.status == 1, "\(promotion)")
      #expect(promotion.text.contains("REVERTED"), "\(promotion)")
      try await expectOnlyTheFirst(in: production)
    }
  }

  /// While it starts, while a request is in hand, and while it bakes.
  @Test(.world("turncoat"), arguments: ["started", "drained", "baked"])
  func isAbortedFromAnotherShell(at step: String) async throws {
    let production = try await Production.begin(faultsOfTheLast: step == "started" ? ["ill-when-cold"] : [])
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      async let inHand = step == "drained" ? production.slowRequest(milliseconds: 8000) : "200"
      if step == "drained" { try await production.isInHand() }
      let tally = try await Load.on(port: production.port) { _ in
        let promotion = try await world.quench("promote", production.second, "--bake", "60s") { _ in
          try await production.reaches(step)
          let number = try #require(try await production.status()["promotion"]["id"].number)
          let other = try await world.quench("promote", "--abort", "\(Int(number) + 1)")
          #expect(other.status == 3, "there is no such one: \(other)")
          let abort = try await world.ask("promote", "--abort", "\(Int(number))")
          #expect(abort.status == 0, "\(abort.outcome)")
          #expect(abort.json["id"].number == number && abort.json["result"].string == "REVERTED", "\(abort.outcome)")
        }
        #expect(promotion.status == 1 && promotion.text.contains("REVERTED"), "\(promotion)")
        try production.answers(production.first)
      }
      #expect(tally.failures.isEmpty, "\(tally)")
      #expect(try await inHand == "200", "a request in hand is answered")
      try await expectOnlyTheFirst(in: production)
      let nothing = try await world.quench("promote", "--abort")
      #expect(nothing.status == 3 && nothing.stderr.contains("quench status"), "\(nothing)")
      #expect(try await world.quench("promote", "--abort", "nonsense").status == 64)
    }
  }

  /// By Ctrl-C, and from another shell.
  @Test(.world("turncoat"))
  func oneThatWaitsGivesUpItsTurnAlone() async throws {
    let production = try await Production.begin(revisions: 3)
    let world = production.world
    try await production.serving { _ in
      try await production.promote(production.first)
      #expect(try await world.quench("promote", production.second, "--detach", "--bake", "60s").status == 0)
      try await production.reaches("baked")
      let interrupted = try await world.quench("promote", production.revisions[2], "--wait") { promote in
        try await promote.prints("waiting for")
        promote.send(SIGINT, toGroup: true)
      }
      #expect(interrupted.status == 130, "\(interrupted)")
      try await expectOnlyTheSecondUnderWay(in: production)
      let withdrawn = try await world.quench("promote", production.revisions[2], "--wait") { promote in
        try await promote.prints("waiting for")
        let waiting = try await production.status()["waiting"].array
        #expect(waiting.map { $0["to"].string } == [production.revisions[2]], "\(waiting)")
        let number = try #require(waiting.first?["id"].number)
        let abort = try await world.ask("promote", "--abort", "\(Int(number))")
        #expect(abort.status == 0 && abort.json["result"].string == "REFUSED", "\(abort.outcome)")
        #expect(abort.json["reasons"].array.contains { $0["rule"].string == "aborted" }, "\(abort.outcome)")
      }
      #expect(withdrawn.status == 1 && withdrawn.text.contains("REFUSED"), "\(withdrawn)")
      try await expectOnlyTheSecondUnderWay(in: production)
      #expect(try await world.quench("promote", "--abort").status == 0)
      try await expectOnlyTheFirst(in: production)
    }
  }

  private func expectOnlyTheSecondUnderWay(in production: Production) async throws {
    let status = try await production.status()
    #expect(status["promotion"]["to"].string == production.second, "\(status)")
    #expect(status["waiting"].array.isEmpty, "\(status)")
    try production.answers(production.second)
  }

  private func expectOnlyTheFirst(in production: Production) async throws {
    let status = try await production.status()
    #expect(status["promotion"] == .null)
    #expect(status["sets"]["cold"]["revision"].string == production.first)
    #expect(status["sets"]["cold"]["instances"].array.allSatisfy { $0["health"].string == "healthy" })
    let gone = try await comesTrue(within: .seconds(10)) {
      !ProcessTable.entries(ofWorld: production.world.root).contains {
        $0.environment.contains("QUENCH_REVISION=\(production.second)")
          && $0.environment.contains("QUENCH_TEMPERATURE=cold")
      }
    }
    #expect(gone, "nothing of the new set runs")
  }
}
