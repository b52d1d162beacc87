import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchGit
import QuenchInstances
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

/// What is different about cold instances: their data and dependencies are production's.
@Suite struct ColdInstanceTests {
  private func cold(
    _ fixture: ServiceFixture, _ id: String, _ change: (inout ServiceConfiguration) -> Void = { _ in }
  ) -> InstanceSpecification {
    var specification = fixture.specification(id, isKept: true, change: change)
    specification.temperature = .cold
    return specification
  }

  private func content(_ path: FilePath) throws -> String { try String(contentsOfFile: path.string, encoding: .utf8) }

  @Test(arguments: ["data", nil]) func coldInstancesShareDataThatOutliveThem(_ name: String?) async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let change: (inout ServiceConfiguration) -> Void = { service in
        service.data = name
        service.prepare = CommandConfiguration(command: "echo $QUENCH_INSTANCE_ID >> \"$QUENCH_DATA/migrations\"")
        service.cleanup = CommandConfiguration(command: "rm -rf \"$QUENCH_DATA\"/*")
        service.dataSnapshot = name.map { _ in CommandConfiguration(command: "false") }
      }
      let one = try await provider.start(cold(fixture, "cold-1", change))
      let two = try await provider.start(cold(fixture, "cold-2", change))
      let migrations = fixture.state.coldData.appending("migrations")
      #expect(try content(migrations) == "cold-1\ncold-2\n")
      #expect(try content(one.folder.data(named: name).appending("migrations")) == content(migrations))
      #expect(await provider.remove(one).isEmpty)
      await provider.stop(two)
      try await provider.resume(two)
      #expect(await provider.health(of: two) == .healthy)
      await provider.remove(two)
      #expect(try content(migrations) == "cold-1\ncold-2\n")
    }
  }

  @Test func manyThatStartAtOnceMigrateOneAtATime() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...3 {
          let specification = cold(fixture, "cold-\(number)") { service in
            service.prepare = CommandConfiguration(
              command: "mkdir \"$QUENCH_DATA/busy\" && sleep 0.1 && rmdir \"$QUENCH_DATA/busy\"")
          }
          group.addTask { _ = try await provider.start(specification) }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(.enabled(if: Confinement.version != nil)) func hotInstancesCannotReadProductionsData() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let instance = try await provider.start(cold(fixture, "cold-1"))
      try "paid".write(toFile: fixture.state.coldData.appending("order").string, atomically: false, encoding: .utf8)
      let secret = fixture.state.coldData.appending("order").string
      let hot = try await provider.start(
        fixture.specification("hot-1") { service in
          service.prepare = CommandConfiguration(command: "! cat '\(secret)' && ! ls '\(fixture.state.coldData)'")
        })
      #expect(await provider.health(of: hot) == .healthy)
      await provider.remove(instance)
    }
  }

  @Test func coldSetsShareTheirDependenciesWithThoseAfterThem() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      var first = cold(fixture, "cold-1") { $0.dependencies = [DependencyTests().counter()] }
      func shared() async throws -> SharedDependencies {
        try #require(
          try await provider.startShared(
            id: "unused", digest: first.digest, service: first.service, temperature: .cold, denied: [], isKept: true))
      }
      let one = try await shared()
      first.shared = one
      let instance = try await provider.start(first)
      let log = fixture.state.coldDependencies.appending("counter/log")
      #expect(try content(log) == "prepared\n")
      await provider.remove(instance)
      let two = try await shared()
      #expect(two.folder == one.folder && two.folder.isStanding)
      #expect(two.exports == one.exports)
      #expect(try content(log) == "prepared\n", "it is prepared once")
      await provider.removeLeftover(two.folder, listed: [])
      #expect(FileManager.default.fileExists(atPath: two.folder.description.string), "it is nobody's leftover")

      await provider.stopShared(one.folder)
      let three = try await shared()
      #expect(try content(log) == "prepared\n")
      await provider.removeShared(three.folder)
      #expect(FileManager.default.fileExists(atPath: log.string), "its files are production's data")
    }
  }

  @Test func anotherInstanceLikeOneIsOfTheSameBuild() async throws {
    try await withService { fixture in
      let provider = fixture.provider(try Lifeline())
      let one = try await provider.start(cold(fixture, "cold-1") { $0.environment = ["LEVEL": "high"] })
      let like = try provider.specification(like: one, id: "cold-2")
      #expect(like.service == (try provider.service(of: one)) && like.digest == one.digest && like.isKept)
      let two = try await provider.start(like)
      #expect(two.id == "cold-2" && two.port != one.port && two.temperature == .cold)
    }
  }
}
