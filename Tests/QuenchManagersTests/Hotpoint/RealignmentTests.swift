import Foundation
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import Synchronization
import SystemPackage
import Testing

@testable import QuenchManagers

@Suite("The hot set following production")
struct RealignmentTests {
  private func deployment(_ rig: ProductionRig, _ behaviour: String, count: Int) async throws -> Deployment {
    let build = try rig.catalog.build(behaviour)
    return try await rig.catalog.deployment(
      of: PromotedBuild(revision: build.revision, digest: build.digest), count: count)
  }

  @Test("It moves one instance at a time, so that some of it can always stand in")
  func oneAtATime() async throws {
    try await withProduction { rig in
      #expect(try await rig.hot.realign(try await deployment(rig, "plain", count: 2), retain: 1) { _ in })
      let first = try #require(try await rig.hot.status())
      #expect(first.members.count == 2 && first.isHealthy)
      let new = try await deployment(rig, "plain-two", count: 2)
      let seen = Mutex<[[String]]>([])
      let isMoved = try await rig.hot.realign(new, retain: 1) { _ in
        let members = (try? await rig.hot.status())?.members ?? []
        seen.withLock { $0.append(members.map(\.instance.digest)) }
        #expect(members.allSatisfy { $0.health == .healthy } && members.count == 2)
      }
      #expect(isMoved)
      let old = try rig.catalog.build("plain").digest
      #expect(seen.withLock { $0 } == [[new.digest, old], [new.digest, new.digest]])
      let second = try #require(try await rig.hot.status())
      #expect(second.revision == new.revision && second.retained.map(\.digest) == [old])
      #expect(Set(second.retained[0].members.map(\.instance.id)) == Set(first.members.map(\.instance.id)))
      #expect(try await !rig.hot.realign(new, retain: 1) { _ in }, "there is nothing to do twice")
    }
  }

  @Test("An instance that has ended is replaced, and a smaller set loses what is too much")
  func mends() async throws {
    try await withProduction { rig in
      try await rig.hot.realign(try await deployment(rig, "plain", count: 2), retain: 0) { _ in }
      let victim = try #require(try await rig.hot.status()?.members.first?.instance)
      await rig.provider.stop(victim)
      try await rig.hot.realign(try await deployment(rig, "plain", count: 2), retain: 0) { _ in }
      let members = try #require(try await rig.hot.status()?.members)
      #expect(members.count == 2 && members.allSatisfy { $0.health == .healthy && $0.instance.id != victim.id })
      #expect(!FileManager.default.fileExists(atPath: victim.folder.path.string))
      try await rig.hot.realign(try await deployment(rig, "plain", count: 1), retain: 0) { _ in }
      #expect(try await rig.hot.status()?.members.count == 1)
    }
  }
}
