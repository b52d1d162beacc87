import Foundation
import Generators
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

/// Promotions whose process is killed at every step, and what the next process makes of them.
@Suite("Recovery", .serialized)
struct RecoveryTests {
  private static let steps: [PromotionState] = [
    .gated, .fetched, .started, .healthy, .routed, .drained, .retained, .baked, .done,
  ]

  /// Before and after each of these steps.
  private static func places(_ steps: [PromotionState]) -> [String] {
    steps.flatMap { step in Failpoint.allCases.map { "\(step.rawValue):\($0.rawValue)" } }
  }

  @Test("A promotion that was killed anywhere is finished or undone by the next process")
  func promotions() async throws {
    try await withProduction { rig in
      try await firstPromotion(rig)
      for place in Self.places(Self.steps) {
        let live = try #require(await rig.live())
        let wanted = live == "plain" ? "plain-two" : "plain"
        try await killed(at: place, path: rig.root.string, work: "promote \(wanted)")
        try await converges(rig, from: live, to: wanted, place)
      }
    }
  }

  @Test("A rollback that was killed anywhere is finished or undone by the next process")
  func rollbacks() async throws {
    try await withProduction { rig in
      try await firstPromotion(rig)
      // With nothing retained a rollback starts its set, with a set retained it is a change of route.
      for (retain, steps) in [
        (0, [PromotionState.fetched, .started, .healthy, .routed, .drained]), (1, [.gated, .routed, .retained, .done]),
      ] {
        for place in Self.places(steps) {
          let runner = rig.runner()
          rig.catalog.configure { $0.cold.retain = retain }
          if await rig.live() == "plain" {
            #expect(try await runner.promote(rig.request("plain-two")).result == .promoted, "\(place)")
          }
          try await killed(at: place, path: rig.root.string, work: "rollback \(retain)")
          try await converges(rig, from: "plain-two", to: "plain", place)
        }
      }
    }
  }

  @Test("A promotion that was killed while it was undone is undone by the next process")
  func undoing() async throws {
    try await withProduction { rig in
      try await firstPromotion(rig)
      for place in Self.places([.reverted]) {
        try await killed(at: place, path: rig.root.string, work: "promote never-healthy")
        try await converges(rig, from: "plain", to: "plain", place)
        #expect(try await rig.ledger.promotions(service: "rig").first?.result == .reverted)
      }
    }
  }

  @Test(
    "Production is in order whenever a process that moves it without end is killed", arguments: [11, 42] as [UInt64])
  func anywhere(seed: UInt64) async throws {
    try await withProduction { rig in
      try await firstPromotion(rig)
      var generator = SeededGenerator(seed: seed)
      for _ in 0..<6 {
        let (path, microseconds) = (rig.root.string, UInt32.random(in: 1000...700_000, using: &generator))
        await #expect(processExitsWith: .signal(SIGKILL)) {
          [path = path as String, microseconds = microseconds as UInt32] in
          let rig = try await ProductionRig(at: path)
          let lock = try await rig.cold.own(reason: "test")
          try await rig.cold.adopt()
          Thread.detachNewThread {
            usleep(microseconds)
            kill(getpid(), SIGKILL)
          }
          while true {
            let runner = rig.runner()
            if await rig.live() == "plain" { _ = try await runner.promote(rig.request("plain-two")) }
            _ = try await runner.rollback(RollbackRequest(actor: "test"))
            withExtendedLifetime(lock) {}
          }
        }
        try await converges(rig, from: "plain", to: "plain-two", "after \(microseconds) µs", isAtRandom: true)
      }
    }
  }

  private func firstPromotion(_ rig: ProductionRig) async throws {
    #expect(try await rig.runner().promote(rig.request("plain")).result == .promoted)
  }

  /// Makes a promotion in a process of its own that is killed at a place.
  private func killed(at place: String, path: String, work: String) async throws {
    await #expect(processExitsWith: .signal(SIGKILL), "\(place)") { [place, path, work] in
      setenv(Failpoint.variable, place, 1)
      let rig = try await ProductionRig(at: path)
      let lock = try await rig.cold.own(reason: "test")
      try await rig.cold.adopt()
      let words = work.split(separator: " ").map(String.init)
      if words[0] == "promote" {
        _ = try await rig.runner().promote(rig.request(words[1]))
      } else {
        rig.catalog.configure { $0.cold.retain = Int(words[1]) ?? 1 }
        _ = try await rig.runner().rollback(RollbackRequest(actor: "test"))
      }
      withExtendedLifetime(lock) {}
    }
  }

  /// Has a process of the next generation take over, and looks whether production is in order.
  private func converges(
    _ rig: ProductionRig, from: String, to: String, _ place: String, isAtRandom: Bool = false
  ) async throws {
    let lock = try await rig.cold.own(reason: "test")
    defer { withExtendedLifetime(lock) {} }
    try await rig.cold.adopt()
    let ended = try await rig.runner().resume()
    #expect(ended.allSatisfy { $0.result != nil }, "\(place)")
    try await rig.cold.publish(reason: "test")
    let behaviour = try #require(await rig.live())
    #expect([from, to].contains(behaviour), "\(place)")
    if !isAtRandom {
      #expect(ended.count == 1, "\(place)")
      #expect((ended.first?.result == .promoted) == (behaviour == to && from != to), "\(place)")
    }

    // Traffic goes to the live set alone, and all of it answers with its revision.
    let sets = await rig.cold.sets
    let live = try #require(sets.live)
    let written = rig.routes.written
    #expect(Set(written.cold.keys) == Set(live.instances.map(\.id)), "\(place)")
    #expect(written.cold.count == 2, "\(place)")
    for port in written.cold.values { #expect(try HTTPAnswer.get(port, "/") == live.build.revision, "\(place)") }
    #expect(written.absent.isEmpty, "\(place)")

    // The ledger says the same, and nothing else is left: no folder, no process.
    #expect(try await rig.ledger.liveBuild(service: "rig") == live.build, "\(place)")
    #expect(try await rig.ledger.unfinishedPromotions(service: "rig").isEmpty, "\(place)")
    let folders = InstanceFolder.all(in: rig.state).map(\.name).filter { $0.hasPrefix("cold-") }
    #expect(Set(folders) == Set(sets.instances.map(\.folder.name)), "\(place)")
    let known = Set(sets.instances.map(\.id))
    let strays = ProcessTable.processes(ownedBy: { $0 == ProcessOwner.kept(in: rig.state).text })
    #expect(strays.count >= known.count, "\(place)")
    let unknown = ProcessTable.processes(startedFor: { $0.hasPrefix("cold-") && !known.contains($0) })
      .filter { process in strays.contains(process) }
    #expect(unknown.isEmpty, "\(place)")
  }
}
