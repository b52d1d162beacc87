import Foundation
import Testing

/// `serve` is killed in the middle of a promotion, at every step of it.
struct KilledPromotionTests {
  static let steps = ["gated", "fetched", "started", "healthy", "routed", "drained", "retained", "baked", "done"]

  @Test(.world("turncoat"), arguments: steps)
  func nextServeConverges(killedAt step: String) async throws {
    let production = try await Production.begin(revisions: 2)
    try await production.serving { _ in try await production.promote(production.first) }
    let tally = try await Load.on(port: production.port) { load in
      for moment in ["before", "after"] {
        try await promoteAndDie(at: "\(step):\(moment)", load, in: production)
        try await production.serving { _ in
          let live = try await convergence(of: production, after: "\(step):\(moment)")
          let stretch = try await load.answers(20)
          #expect(Set(stretch.revisions.keys) == [live], "\(step):\(moment): \(stretch)")
          try await expectNoOrphans(of: production, live: live, after: "\(step):\(moment)")
          guard live == production.second else { return }
          let back = try await production.world.quench("rollback")
          try #require(back.status == 0, "\(back)")
        }
      }
    }
    #expect(tally.failures.isEmpty, "\(tally)")
    #expect(Set(tally.revisions.keys).isSubset(of: production.revisions), "\(tally)")
  }

  /// The rollback says so within five seconds, and the next `serve` finishes or undoes it.
  @Test(.world("turncoat"), arguments: ["gated:after", "routed:before", "routed:after"])
  func rollbackEndsWithServe(killedAt failpoint: String) async throws {
    let production = try await Production.begin(revisions: 2)
    try await production.serving { _ in
      for revision in production.revisions { try await production.promote(revision) }
    }
    let served = try await production.serving(environment: ["QUENCH_FAILPOINT": failpoint], endedBy: nil) { serve in
      let clock = ContinuousClock()
      let ended = Task {
        await serve.transcript.ends()
        return clock.now
      }
      let rollback = try await production.world.quench("rollback")
      let returned = clock.now
      #expect(rollback.status == 3 && rollback.stderr.contains("quench serve"), "\(rollback)")
      if rollback.status != 3 { serve.send(SIGKILL) }
      let died = await ended.value
      #expect(returned - died < .seconds(5))
    }
    #expect(served.status == 137, "\(served)")
    try await production.serving { _ in
      let live = try await convergence(of: production, after: failpoint)
      try production.answers(live)
    }
  }

  /// Runs a `serve` that is killed at the failpoint of the promotion that is asked of it.
  private func promoteAndDie(at failpoint: String, _ load: Load, in production: Production) async throws {
    let environment = ["QUENCH_FAILPOINT": failpoint]
    let served = try await production.serving(environment: environment, endedBy: nil) { serve in
      let clock = ContinuousClock()
      let ended = Task {
        await serve.transcript.ends()
        return clock.now
      }
      let promotion = try await production.world.quench("promote", production.second)
      let returned = clock.now
      #expect(promotion.status == 3, "\(failpoint): \(promotion)")
      if promotion.status != 3 { serve.send(SIGKILL) }
      let died = await ended.value
      #expect(returned - died < .seconds(5), "\(failpoint): within 5 s of the end of serve")
    }
    #expect(served.status == 137, "\(failpoint): \(served)")
    let meanwhile = try await load.answers(10)
    #expect(meanwhile.failures.isEmpty, "\(failpoint): \(meanwhile)")
  }

  /// The revision that production is on when no promotion is under way any more.
  private func convergence(of production: Production, after failpoint: String) async throws -> String {
    let converged = try await comesTrue(within: .seconds(30)) {
      let status = try await production.status()
      return status["promotion"] == .null
        && status["sets"]["cold"]["instances"].array.allSatisfy { $0["health"].string == "healthy" }
    }
    let cold = try await production.status()["sets"]["cold"]
    #expect(converged, "\(failpoint): \(cold)")
    let live = try #require(cold["revision"].string, "\(failpoint)")
    #expect(production.revisions.contains(live), "\(failpoint)")
    #expect(cold["instances"].array.count == 2, "\(failpoint): \(cold)")
    #expect(cold["instances"].array.allSatisfy { $0["revision"].string == live }, "\(failpoint): \(cold)")
    return live
  }

  /// Every instance that runs is in one of the sets, or retained.
  private func expectNoOrphans(of production: Production, live: String, after failpoint: String) async throws {
    let clean = try await comesTrue(within: .seconds(15)) { try await orphans(of: production).isEmpty }
    let left = clean ? [] : try await orphans(of: production)
    #expect(left.isEmpty, "\(failpoint): in no set")
  }

  private func orphans(of production: Production) async throws -> Set<String> {
    let sets = try await production.status()["sets"]
    let known = ["hot", "cold"].flatMap { set in
      sets[set]["instances"].array + sets[set]["retained"].array.flatMap { $0["instances"].array }
    }.compactMap(\.["id"].string)
    let running = ProcessTable.entries(ofWorld: production.world.root).flatMap { entry in
      entry.environment.filter { $0.hasPrefix("QUENCH_INSTANCE_ID=") }.map { String($0.dropFirst(19)) }
    }
    return Set(running).subtracting(known)
  }
}
