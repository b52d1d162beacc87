import Foundation
import QuenchConfiguration
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@testable import QuenchManagers

@Suite("Looking after the cold sets")
struct SupervisionTests {
  @Test("An instance that ends is replaced, and traffic knows at once")
  func replacesEnded() async throws {
    try await withProduction { rig in
      _ = try await rig.runner().promote(rig.request("plain"))
      try await supervised(rig) {
        let victim = try #require(await rig.cold.sets.live?.instances.first)
        let process = try LaunchedProcess(adopting: victim.folder.processRecord)
        process.process.signal(SIGKILL)
        await rig.routes.wait { $0.cold.count == 1 && $0.cold[victim.id] == nil }
        await rig.routes.wait { $0.cold.count == 2 && $0.cold[victim.id] == nil }
        let live = try #require(await rig.cold.sets.live)
        #expect(!live.instances.contains(victim) && live.instances.count == 2)
        for instance in live.instances {
          #expect(try HTTPAnswer.get(instance.port, "/") == live.build.revision)
        }
        #expect(try await rig.ledger.loadSet(.cold, service: "rig")?.members.map(\.id) == live.instances.map(\.id))
      }
    }
  }

  @Test("An instance that stays ill is replaced when its requests have ended, and the others stay")
  func replacesIll() async throws {
    try await withProduction { rig in
      _ = try await rig.runner().promote(rig.request("falls-ill"))
      try await supervised(rig) {
        let before = try #require(await rig.cold.sets.live).instances
        let (patient, other) = (before[0], before[1])
        try patient.id.write(
          toFile: rig.state.coldData.appending("ill").string, atomically: true, encoding: .utf8)
        await rig.routes.wait { $0.cold[patient.id] == nil }
        await rig.routes.wait { $0.cold.count == 2 && $0.cold[patient.id] == nil && $0.cold[other.id] != nil }
        await rig.routes.wait(untilDrained: patient.id)
      }
    }
  }

  @Test("Instances that are ill for a moment serve again as soon as they are well")
  func recovers() async throws {
    try await withProduction { rig in
      _ = try await rig.runner().promote(rig.request("falls-ill"))
      // What cannot be replaced must not stay out of traffic for that.
      let blob = rig.state.store.appending("blobs")
      let aside = rig.state.store.appending("aside")
      try FileManager.default.moveItem(atPath: blob.string, toPath: aside.string)
      try await supervised(rig) {
        let before = Set(try #require(await rig.cold.sets.live).instances.map(\.id))
        let ill = rig.state.coldData.appending("ill").string
        _ = FileManager.default.createFile(atPath: ill, contents: nil)
        await rig.routes.wait { $0.cold.isEmpty }
        try FileManager.default.removeItem(atPath: ill)
        await rig.routes.wait { Set($0.cold.keys) == before }
        #expect(await Set(rig.cold.sets.live?.instances.map(\.id) ?? []) == before)
      }
      try FileManager.default.moveItem(atPath: aside.string, toPath: blob.string)
    }
  }

  @Test("The next process takes up what runs, and starts what does not")
  func adopts() async throws {
    try await withProduction { rig in
      _ = try await rig.runner().promote(rig.request("plain"))
      let live = try #require(await rig.cold.sets.live)
      let next = try await ProductionRig(at: rig.root.string)
      let lock = try await next.cold.own(reason: "test")
      await #expect(throws: ManagerError.self) { try await rig.cold.own(reason: "test") }
      defer { withExtendedLifetime(lock) {} }
      try await next.cold.adopt()
      #expect(await next.cold.sets.live?.instances == live.instances)
      #expect(await next.cold.status().live?.isHealthy == true)

      await next.provider.stop(live.instances[0])
      try await supervised(next) {
        await next.routes.wait { $0.cold.count == 2 && $0.cold[live.instances[0].id] == nil }
        #expect(await next.cold.sets.live?.instances.contains(live.instances[1]) == true)
      }
    }
  }

  @Test("What was started for no set is removed by the next process")
  func removesUnlisted() async throws {
    try await withProduction { rig in
      let build = try rig.catalog.build("plain")
      let deployment = try await rig.catalog.deployment(
        of: PromotedBuild(revision: build.revision, digest: build.digest), count: 1)
      let orphan = try await rig.provider.start(
        InstanceSpecification(
          id: "cold-orphan-1", temperature: .cold, revision: build.revision, digest: build.digest,
          service: deployment.service, isKept: true))
      let process = try LaunchedProcess(adopting: orphan.folder.processRecord)
      try await rig.cold.adopt()
      #expect(!process.isRunning)
      #expect(!FileManager.default.fileExists(atPath: orphan.folder.path.string))
    }
  }

  @Test("A balancer that was started anew is told where traffic goes")
  func toldAnew() async throws {
    try await withProduction { rig in
      _ = try await rig.runner().promote(rig.request("plain"))
      let before = rig.routes.written
      try FileManager.default.removeItem(atPath: rig.root.appending("routes.json").string)
      try await supervised(rig) {
        await rig.routes.wait { $0 == before }
      }
    }
  }

  @Test("Other commands leave cold instances alone while somebody looks after them, and clean up when nobody does")
  func sweeping() async throws {
    try await withProduction { rig in
      _ = try await rig.runner().promote(rig.request("plain"))
      let build = try rig.catalog.build("plain")
      let deployment = try await rig.catalog.deployment(
        of: PromotedBuild(revision: build.revision, digest: build.digest), count: 1)
      // One that was started a moment ago and is on its way into a set.
      let new = try await rig.provider.start(
        InstanceSpecification(
          id: "cold-new-1", temperature: .cold, revision: build.revision, digest: build.digest,
          service: deployment.service, isKept: true))
      let sweep = LeftoverSweep(state: rig.state, provider: rig.provider, ledger: rig.ledger)
      do {
        let lock = try await rig.cold.own(reason: "test")
        defer { withExtendedLifetime(lock) {} }
        _ = try await sweep.run()
        #expect(await rig.provider.health(of: new) == .healthy)
      }
      _ = try await sweep.run()
      #expect(!FileManager.default.fileExists(atPath: new.folder.path.string))
      #expect(await rig.cold.status().live?.isHealthy == true)
    }
  }

  @Test("A set that was stopped on purpose stays so until it is started")
  func stopsAndStarts() async throws {
    try await withProduction { rig in
      rig.catalog.configure { $0.service.data = "data" }
      _ = try await rig.runner().promote(rig.request("plain"))
      let live = try #require(await rig.cold.sets.live)
      try await supervised(rig) {
        #expect(try await rig.cold.stop(deadline: Date().addingTimeInterval(5)) == 2)
        #expect(rig.routes.written.cold.isEmpty)
        let next = try await ProductionRig(at: rig.root.string)
        try await next.cold.adopt()
        #expect(await next.cold.sets.isStopped)
        #expect(await rig.cold.status().live?.members.allSatisfy { $0.health == .stopped } == true)
        #expect(try await rig.cold.start() == 2)
        #expect(Set(rig.routes.written.cold.keys) == Set(live.instances.map(\.id)))
        #expect(await rig.cold.status().live?.isHealthy == true)
      }
    }
  }

  @Test("Waits between attempts grow to a limit, and are forgiven")
  func backsOff() {
    var backOff = BackOff()
    var now = ContinuousClock.now
    let delays = (0..<12).map { _ in
      defer { now += .seconds(1) }
      return backOff.delay(at: now)
    }
    #expect(delays.prefix(4) == [.zero, .milliseconds(500), .seconds(1), .seconds(2)])
    #expect(delays.last == .seconds(60))
    #expect(backOff.delay(at: now + .seconds(61)) == .zero)
  }

  /// Runs `body` while the sets are looked after.
  private func supervised(_ rig: ProductionRig, _ body: () async throws -> Void) async throws {
    let supervision = Task { await rig.cold.supervise() }
    defer { supervision.cancel() }
    try await body()
    supervision.cancel()
    await supervision.value
  }
}
