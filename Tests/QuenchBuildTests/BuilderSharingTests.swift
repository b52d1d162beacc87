import Foundation
import QuenchGit
import QuenchState
import SystemPackage
import Testing

@testable import QuenchBuild

/// Several builds at a time.
@Suite struct BuilderSharingTests {
  @Test func oneKeyIsBuiltOnceHoweverManyAsk() async throws {
    let fixture = try BuilderFixture(["source": "x"])
    // Appending a line is a side effect that a second run would double.
    let recipe = fixture.recipe("echo run >> runs; sleep 0.2; cp runs app")
    let revision = try await fixture.head()
    let builds = try await withThrowingTaskGroup(of: Build.self) { group in
      for _ in 0..<6 {
        group.addTask { try await fixture.builder.build(revision, by: recipe, in: fixture.repository).build }
      }
      return try await group.reduce(into: [Build]()) { $0.append($1) }
    }
    #expect(builds.count { !$0.cached } == 1 && Set(builds.map(\.digest)).count == 1)
    #expect(try await fixture.content(builds[0]) == "run\n")
    #expect(try FolderListing.names(in: fixture.slots).count == 1)
  }

  @Test func whoWaitsForAnotherProcessIsToldAndThenFindsItsBuild() async throws {
    let fixture = try BuilderFixture(["source": "x"])
    try fixture.state.prepare()
    let recipe = fixture.recipe("echo never > app")
    let revision = try await fixture.head()
    let key = try await fixture.builder.key(of: revision, by: recipe, in: fixture.repository)
    var held = try fixture.state.lock("build-\(key)").tryAcquire(reason: "another build")
    #expect(held != nil)
    let (waiting, continuation) = AsyncStream<String>.makeStream()
    let task = Task {
      try await fixture.builder.build(
        revision, by: recipe, in: fixture.repository, onWait: { continuation.yield($0) }
      ).build
    }
    let words = try #require(await waiting.first { _ in true })
    #expect(words.contains("another build"))
    let content = try ArtifactContent(of: OutputList(["source"], in: fixture.repo))
    let stored = try await fixture.store.add(
      content,
      BuildProvenance(
        key: key, revision: revision.id, tree: revision.tree, service: "orders", seconds: 1, mode: .incremental,
        isolation: "none"))
    held = nil
    _ = held
    let build = try await task.value
    #expect(build.cached && build.digest == stored.digest)
  }

  @Test(arguments: [false, true]) func whatWasBuiltIsNotRemovedBeforeItIsUsed(isCached: Bool) async throws {
    let fixture = try BuilderFixture([:])
    let recipe = fixture.recipe("echo x > app")
    if isCached { _ = try await fixture.build(recipe) }
    var held: HeldBuild? = try await fixture.builder.build(fixture.head(), by: recipe, in: fixture.repository)
    let build = try #require(held?.build)
    #expect(build.cached == isCached)
    let (waiting, continuation) = AsyncStream<String>.makeStream()
    let cleaning = Task {
      try await fixture.store.gc(keeping: { [] }, limitBytes: 0) { _ in continuation.finish() }
    }
    for await _ in waiting {}
    #expect(try await fixture.content(build) == "x\n")
    held = nil
    #expect(try await cleaning.value.removed == [build.digest])
  }

  @Test func differentKeysAreBuiltSideBySide() async throws {
    let fixture = try BuilderFixture([:])
    let revision = try await fixture.head()
    // Each of the two ends only when both have begun. They cannot see each other, so that is told to them.
    let met = fixture.scratch.path.appending("met")
    let commands = ["one", "two"].map { "echo \($0); until [ -e \(met) ]; do sleep 0.02; done; touch app" }
    let (begun, continuation) = AsyncStream<String>.makeStream()
    async let one = fixture.builder.build(
      revision, by: fixture.recipe(commands[0]), in: fixture.repository, onLine: { continuation.yield($0) })
    async let two = fixture.builder.build(
      revision, by: fixture.recipe(commands[1]), in: fixture.repository, onLine: { continuation.yield($0) })
    var names: Set<String> = []
    for await name in begun where names.insert(name).inserted && names.count == 2 { break }
    #expect(names == ["one", "two"])
    try Data().write(to: URL(filePath: met.string))
    let builds = try await [one, two].map(\.build)
    #expect(builds.allSatisfy { !$0.cached })
    #expect(try FolderListing.names(in: fixture.slots).count == 2)
  }
}
