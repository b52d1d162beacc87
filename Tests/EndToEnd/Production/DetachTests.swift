import Foundation
import Synchronization
import Testing

/// The control plane ends, is killed and comes back; production goes on.
struct DetachTests {
  private func processes(of production: Production) async throws -> Set<Double> {
    Set(try await production.instances().compactMap(\.["pid"].number))
  }

  @Test(.world("turncoat"), arguments: [SIGTERM, SIGINT, SIGKILL])
  func productionOutlivesServe(endedBy signal: Int32) async throws {
    let production = try await Production.begin(revisions: 1)
    let before = Pids()
    let served = try await production.serving(endedBy: signal) { _ in
      try await production.promote(production.first)
      await before.note(try await processes(of: production))
    }
    #expect(served.status == (signal == SIGKILL ? 137 : 0), "\(served)")
    let tally = try await Load.on(port: production.port) { load in
      _ = try await load.answers(20)
      let without = try await production.world.quench("status")
      #expect(without.status == 3, "\(without)")
      try await production.serving(endedBy: signal) { _ in
        _ = try await load.answers(20)
        #expect(try await processes(of: production) == before.noted, "the same instances are taken up")
      }
      _ = try await load.answers(20)
    }
    #expect(tally.failures.isEmpty, "\(tally)")
    #expect(Set(tally.revisions.keys) == [production.first])
  }

  /// Whoever follows a promotion does not keep `serve` from ending, nor its end the promotion from going on.
  @Test(.world("turncoat"))
  func detachesWhileAPromotionIsFollowed() async throws {
    let production = try await Production.begin()
    let followed = Followed()
    let served = try await production.serving(endedBy: nil) { serve in
      try await production.promote(production.first)
      followed.note(
        try await production.world.quench("promote", production.second, "--bake", "600s") { _ in
          try await production.reaches("retained")
          serve.send(SIGTERM)
          await serve.transcript.ends()
        })
    }
    #expect(served.status == 0, "\(served)")
    #expect(followed.status == 3, "it says that serve has ended")
    try production.answers(production.second)
    try await production.serving { _ in
      let status = try await production.status()
      #expect(status["promotion"]["to"].string == production.second, "it is still watched: \(status)")
      #expect(try await production.world.quench("rollback").status == 0)
      try production.answers(production.first)
    }
  }

  @Test(.world("turncoat"))
  func secondServeIsRefused() async throws {
    let production = try await Production.begin(revisions: 1)
    try await production.serving { serve in
      try await production.promote(production.first)
      let second = try await production.world.quench("serve")
      #expect(second.status == 3, "\(second)")
      #expect(second.stderr.contains("\(serve.pid)"), "it names the owner: \(second)")
      try production.answers(production.first)
      #expect(try await production.world.quench("status").status == 0)
    }
  }

  /// Instances that end while nobody looks are replaced by the next `serve`.
  @Test(.world("turncoat"))
  func nextServeReplacesWhatEndedMeanwhile() async throws {
    let production = try await Production.begin(revisions: 1)
    let before = Pids()
    try await production.serving(endedBy: SIGKILL) { _ in
      try await production.promote(production.first)
      await before.note(try await processes(of: production))
    }
    let killed = pid_t(try #require(await before.noted.min()))
    kill(killed, SIGKILL)
    let tally = try await Load.on(port: production.port, methods: ["GET"]) { load in
      _ = try await load.answers(20)
      try await production.serving { _ in
        try await production.coldSetHeals(without: [killed])
        _ = try await load.answers(20)
      }
    }
    #expect(tally.failures.isEmpty, "\(tally)")
  }
}

private final class Followed: Sendable {
  private let outcome = Mutex<Int32?>(nil)

  var status: Int32? { outcome.withLock { $0 } }

  func note(_ ended: Outcome) { outcome.withLock { $0 = ended.status } }
}

private actor Pids {
  private(set) var noted: Set<Double> = []
  func note(_ pids: Set<Double>) { noted = pids }
}
