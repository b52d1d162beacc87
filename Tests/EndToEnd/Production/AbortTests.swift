import Foundation
import Testing

/// A promotion is given up while it runs.
struct AbortTests {
  /// Waits until the promotion under way has come to a step.
  private func reaches(_ step: String, in production: Production) async throws {
    let reached = try await comesTrue(within: .seconds(30)) {
      try await production.status()["promotion"]["steps"].array.contains { $0["name"].string == step }
    }
    try #require(reached, "\(step) was never reached")
  }

  @Test(.world("turncoat"))
  func controlCWhileItBakesGoesBack() async throws {
    let production = try await Production.begin()
    try await production.serving { _ in
      try await production.promote(production.first)
      let tally = try await Load.on(port: production.port) { _ in
        let outcome = try await production.world.quench("promote", production.second, "--bake", "60s") { promote in
          try await reaches("retained", in: production)
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
        try await reaches("fetched", in: production)
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
        try await reaches("retained", in: production)
        let back = try await production.world.quench("rollback")
        #expect(back.status == 0, "\(back)")
        try production.answers(production.first)
      }
      #expect(promotion.status == 1, "\(promotion)")
      #expect(promotion.text.contains("REVERTED"), "\(promotion)")
      try await expectOnlyTheFirst(in: production)
    }
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
