import Foundation
import Subprocess
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
      async let inHand = Self.slowRequest(to: production)
      try await Self.isInHand(at: production)
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

  /// Waits until an instance says that it has the slow request in hand.
  private static func isInHand(at production: Production) async throws {
    let inHand = try await comesTrue(within: .seconds(10)) {
      try await production.instances().compactMap(\.["id"].string).contains {
        try production.log(of: $0).contains("in hand")
      }
    }
    try #require(inHand, "the request never came to an instance")
  }

  /// The status of the answer to a request that takes long; by a program, since waiting must not block a thread.
  private static func slowRequest(to production: Production) async throws -> String {
    let url = "http://127.0.0.1:\(production.port)/slow/1500"
    let arguments = ["--silent", "--max-time", "20", "--output", "/dev/null", "--write-out", "%{http_code}", url]
    return try await Command(
      executable: .name("curl"), arguments: arguments, environment: production.world.environment,
      folder: production.world.repository
    ).run().stdout
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
}
