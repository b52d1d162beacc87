import Foundation
import SystemPackage
import Testing

/// `quench status` tells a `serve` that is ready from one that is still on its way.
struct ReadinessTests {
  /// A secret that the service cannot be started without is missing, and comes back.
  @Test(.world("turncoat"))
  func statusWaitsForWhatIsPromoted() async throws {
    let world = try World.current
    let secrets = world.root.appending("secrets")
    @Sendable func write() throws { try Data("TOKEN=one\n".utf8).write(to: URL(filePath: secrets.string)) }
    try write()
    let production = try await Production.begin(revisions: 1) {
      $0.service = ["secrets: [TOKEN]", "secrets-file: \(secrets)"]
    }
    try await production.serving(endedBy: nil) { serve in
      try await production.promote(production.first)
      #expect(try await world.quench("down").status == 0)
      await serve.transcript.ends()
    }
    try FileManager.default.removeItem(atPath: secrets.string)
    let served = try await world.quench("serve") { serve in
      do {
        var status: JSONValue = .null
        let answers = try await comesTrue(within: .seconds(20)) {
          let answer = try await world.ask("status")
          #expect(answer.status == 3, "\(answer.outcome)")
          status = answer.json
          return status["schema"].string == "quench.status/v1"
        }
        #expect(answers && status["ready"].bool == false, "\(status)")
        #expect(status["sets"]["cold"]["revision"].string == production.first)
        #expect(try production.request().status == 503)
        #expect(try await world.quench("status").text.contains("starting"))
        try write()
        try await serve.prints("serving turncoat:")
        #expect(try await world.quench("status").status == 0)
        try production.answers(production.first)
      } catch {
        serve.send(SIGTERM)
        throw error
      }
      serve.send(SIGTERM)
    }
    #expect(served.status == 0, "\(served)")
  }
}
