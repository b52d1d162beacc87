import Foundation
import SystemPackage
import Testing

/// `quench down` takes everything down: requests in hand are answered first, and nothing stays behind.
struct DownTests {
  private func expectNothing(of production: Production) async throws {
    try await production.world.expectNothingRunning()
    #expect(LoopbackPort.isFree(production.configuration.production))
    #expect(LoopbackPort.isFree(production.configuration.test))
  }

  @Test(.world("turncoat"))
  func everythingEndsAndServeToo() async throws {
    let production = try await Production.begin(revisions: 2)
    let served = try await production.serving(endedBy: nil) { serve in
      for revision in production.revisions { try await production.promote(revision) }
      async let inHand = production.slowRequest(milliseconds: 1500)
      try await production.isInHand()
      let down = try await production.world.quench("down")
      #expect(down.status == 0, "\(down)")
      #expect(try await inHand == "200", "a request in hand is answered")
      await serve.transcript.ends()
    }
    #expect(served.status == 0, "\(served)")
    #expect(!served.text.contains("production goes on"), "it was taken down: \(served)")
    try await expectNothing(of: production)
    let again = try await production.world.quench("down")
    #expect(again.status == 0, "nothing is left to do: \(again)")
    try await production.serving { _ in
      let back = try await comesTrue(within: .seconds(30)) {
        (try? production.request())?.revision == production.second
      }
      #expect(back, "what is promoted starts again")
    }
  }

  @Test(.world("turncoat"), arguments: [SIGTERM, SIGKILL])
  func worksWithoutServe(endedBy signal: Int32) async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving(endedBy: signal) { _ in try await production.promote(production.first) }
    try production.answers(production.first)
    let down = try await production.world.quench("down")
    #expect(down.status == 0, "\(down)")
    try await expectNothing(of: production)
  }

  @Test(.world("turncoat"))
  func hotSetIsLeftAloneWhereProductionDoesNotRun() async throws {
    let production = try await Production.begin(revisions: 1)
    let world = production.world
    #expect(try await world.quench("hot", "deploy", production.first).status == 0)
    let down = try await world.quench("down")
    #expect(down.status == 0 && down.stdout.contains("nothing to stop"), "\(down)")
    #expect(down.stdout.contains("quench hot stop"), "\(down)")
    #expect(try await world.quench("hot", "status").status == 0, "the hot set goes on")
    #expect(try await world.quench("hot", "stop").status == 0)
  }

  @Test(.world("turncoat"))
  func abortsAPromotionUnderWay() async throws {
    let production = try await Production.begin()
    try await production.serving(endedBy: nil) { serve in
      try await production.promote(production.first)
      #expect(
        try await production.world.quench("promote", production.second, "--detach", "--bake", "60s").status == 0)
      let down = try await production.world.quench("down")
      #expect(down.status == 0, "\(down)")
      await serve.transcript.ends()
    }
    try await expectNothing(of: production)
  }

  @Test(.world("turncoat"))
  func doesNotWaitForAPromotionThatIsFollowed() async throws {
    let production = try await Production.begin()
    try await production.serving(endedBy: nil) { serve in
      try await production.promote(production.first)
      let promotion = try await production.world.quench("promote", production.second, "--bake", "600s") { _ in
        try await production.reaches("retained")
        let down = try await production.world.quench("down")
        #expect(down.status == 0, "\(down)")
      }
      #expect(promotion.status != 0, "\(promotion)")
      await serve.transcript.ends()
    }
    try await expectNothing(of: production)
  }

  /// A lock that `serve` takes on its way keeps it from getting there.
  @Test(.world("turncoat"))
  func waitsForAServeThatOnlyStarts() async throws {
    let production = try await Production.begin(revisions: 1)
    let world = production.world
    let run = world.state.appending("run")
    let gate = open(run.appending("cold-files.lock").string, O_RDWR | O_CREAT, 0o600)
    defer { close(gate) }
    try #require(gate >= 0 && flock(gate, LOCK_EX) == 0)
    let served = try await world.quench("serve") { serve in
      let holds = try await comesTrue(within: .seconds(30)) {
        (try? world.read(run.appending("cold-turncoat.lock")))?.contains("quench serve") == true
      }
      #expect(holds, "serve has its right")
      let down = try await world.quench("down", "--verbose") { down in
        let asked = try await comesTrue(within: .seconds(30)) {
          // It looks at the lock again and again.
          (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(down.pid)/task"))?.isEmpty == false
        }
        #expect(asked)
        flock(gate, LOCK_UN)
      }
      #expect(down.status == 0, "\(down)")
      await serve.transcript.ends()
    }
    #expect(served.status == 0, "\(served)")
    try await expectNothing(of: production)
  }
}
