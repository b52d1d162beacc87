import Foundation
import QuenchDiagnostics
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@testable import QuenchBuild

@Suite struct BuilderTests {
  @Test func aRevisionIsBuiltOnceAndThenFound() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let recipe = fixture.recipe(#"tr a-z A-Z < source > app && echo "$QUENCH_REVISION $GREETING" >> app"#)
    var greeting = recipe
    greeting.environment = ["GREETING": "hello"]
    let first = try await fixture.build(greeting)
    let revision = try await fixture.head()
    #expect(!first.cached && first.revision == revision.id && first.tree == revision.tree && first.service == "orders")
    #expect(first.isolation == Confinement.description && first.seconds > 0 && first.log != nil)
    #expect(try await fixture.content(first) == "ONE\(revision.id) hello\n")
    let second = try await fixture.build(greeting)
    #expect(second.cached && second.digest == first.digest && second.key == first.key && second.log == nil)
    #expect(second.seconds > 0 && second.checkoutSeconds == 0)
    #expect(try await !fixture.build(recipe).cached)
    #expect(try await !fixture.build(greeting, again: true).cached)
  }

  @Test func sameTreeSameBuildOtherTreeOtherBuild() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let recipe = fixture.recipe("cp source app")
    let first = try await fixture.build(recipe)
    let empty = try await fixture.commit()
    let same = try await fixture.build(recipe)
    #expect(same.cached && same.digest == first.digest && same.revision == empty.id && same.revision != first.revision)
    _ = try await fixture.commit(["source": "two"])
    let other = try await fixture.build(recipe)
    #expect(!other.cached && other.key != first.key && other.digest != first.digest)
    #expect(try await fixture.content(other) == "two")
    #expect(try FolderListing.names(in: fixture.slots).count == 1, "one slot serves both")
  }

  @Test func aNarrowedBuildKnowsOnlyItsPaths() async throws {
    let fixture = try BuilderFixture(["a/source": "one", "b/other": "x"])
    var recipe = fixture.recipe("cp a/source app")
    recipe.paths = ["a"]
    let first = try await fixture.build(recipe)
    _ = try await fixture.commit(["b/other": "y"])
    #expect(try await fixture.build(recipe).cached)
    _ = try await fixture.commit(["a/source": "two"])
    let changed = try await fixture.build(recipe)
    #expect(!changed.cached && changed.digest != first.digest)
  }

  @Test func nothingToBuildTakesTheCheckout() async throws {
    let fixture = try BuilderFixture(["app": "script", "lib/x": "y"])
    let build = try await fixture.build(fixture.recipe(nil, outputs: ["app", "lib"]))
    #expect(try await fixture.content(build, "lib/x") == "y")
    #expect(build.log == nil && build.isolation == "none")
  }

  @Test func whatEarlierBuildsLeftServesIncrementalOnesOnly() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let command = "mkdir -p .build; echo run >> .build/runs; cp .build/runs app"
    #expect(try await fixture.content(fixture.build(fixture.recipe(command))) == "run\n")
    #expect(try await fixture.content(fixture.build(fixture.recipe(command), again: true)) == "run\nrun\n")
    let clean = try await fixture.build(fixture.recipe(command, mode: .clean))
    #expect(try await fixture.content(clean) == "run\n")
    #expect(clean.mode == .clean)
  }

  @Test func anOutputOfAnEarlierBuildDoesNotCount() async throws {
    let fixture = try BuilderFixture(["source": "one", "tracked": "t"])
    let make = "mkdir -p build/x86 && ln -sfn x86 build/release && cp source build/release/app"
    _ = try await fixture.build(fixture.recipe(make, outputs: ["build/release/app", "tracked"]))
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("true", outputs: ["tracked", "build/release/app"]))
    }
    #expect(error?.code == .outputMissing && error?.message.contains("`build/release/app`") == true)
    #expect(try await fixture.store.builds().count == 1)
  }

  @Test func whatOnlyAnEarlierRevisionMadeIsNotInTheArtifact() async throws {
    let fixture = try BuilderFixture(["build.sh": "mkdir -p dist/sub && cp a dist/a && cp a dist/sub/a", "a": "A"])
    let recipe = fixture.recipe(
      "sh build.sh && mkdir -p node .build && echo x >> .build/objects && touch node/x", outputs: ["dist"])
    let first = try await fixture.build(recipe)
    #expect(try await fixture.names(first) == ["dist", "dist/a", "dist/sub", "dist/sub/a"])
    _ = try await fixture.commit(["build.sh": "mkdir -p dist && echo B > dist/b", "dist/committed": "c"])
    let second = try await fixture.build(recipe)
    #expect(try await fixture.names(second) == ["dist", "dist/b", "dist/committed"])
    let other = try BuilderFixture(["build.sh": "mkdir -p dist && echo B > dist/b", "dist/committed": "c", "a": "A"])
    #expect(try await other.build(recipe).digest == second.digest, "a slot without a past makes the same bytes")
    let incremental = fixture.recipe("wc -l < .build/objects > app && ls node >> app")
    #expect(try await fixture.content(fixture.build(incremental)) == "1\nx\n", "what is no output stays")
  }

  @Test func anOutputThatIsALinkIsMadeAnewWithWhatItLeadsTo() async throws {
    let fixture = try BuilderFixture(["name": "a"])
    let recipe = fixture.recipe(
      "mkdir -p out/x86 && touch out/x86/$(cat name) && ln -sfn out/x86 dist", outputs: ["dist"])
    #expect(try await fixture.names(fixture.build(recipe)) == ["dist", "dist/a"])
    _ = try await fixture.commit(["name": "b"])
    #expect(try await fixture.names(fixture.build(recipe)) == ["dist", "dist/b"])
  }

  @Test(arguments: [nil, "mkdir -p deep && cp source deep/made"]) func theWholeCheckoutIsBuiltClean(command: String?)
    async throws
  {
    let fixture = try BuilderFixture(["source": "s"])
    _ = try await fixture.build(fixture.recipe("touch app junk; mkdir -p deep; touch deep/junk"))
    let build = try await fixture.build(fixture.recipe(command, outputs: ["."]))
    #expect(try await fixture.names(build) == (command == nil ? [] : ["deep", "deep/made"]) + ["source"])
  }

  @Test func aFailedBuildSaysWhatItPrintedAndStoresNothing() async throws {
    let fixture = try BuilderFixture([:])
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("echo $TMPDIR; echo error: no such type >&2; exit 3"))
    }
    #expect(error?.code == .buildFailed && error?.exitStatus == .error)
    #expect(error?.message.contains("exit status 3") == true && error?.message.contains("error: no such type") == true)
    let log = try #require(error?.remedy.flatMap { $0.hasPrefix("less ") ? String($0.dropFirst(5)) : nil })
    let printed = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    try #require(printed.count == 2)
    #expect(printed.last == "error: no such type")
    #expect(!FileManager.default.fileExists(atPath: printed[0]), "the temporary folder is gone")
    #expect(try FolderListing.status(of: FilePath(log)).st_mode & 0o777 == 0o600)
    #expect(try await fixture.store.builds().isEmpty)
    #expect(try await fixture.store.size() == 0)
  }

  @Test func aBuildThatTakesTooLongIsEnded() async throws {
    let fixture = try BuilderFixture([:])
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("echo begun; sleep 600", timeout: .milliseconds(400)))
    }
    #expect(error?.code == .buildTimedOut && error?.message.contains("begun") == true)
  }

  @Test func outputsAreCheckedBeforeAnythingIsBuilt() async throws {
    let fixture = try BuilderFixture([:])
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("mkdir a b; touch a/x b/x", outputs: ["a/x", "b/x"]))
    }
    #expect(error?.code == .outputsCollide)
    #expect(!FileManager.default.fileExists(atPath: fixture.state.root.string))
  }

  @Test func aCancelledBuildLeavesNothing() async throws {
    let fixture = try BuilderFixture([:])
    let (lines, continuation) = AsyncStream<String>.makeStream()
    let revision = try await fixture.head()
    let task = Task {
      try await fixture.builder.build(
        revision, by: fixture.recipe("echo $TMPDIR; sleep 600 & echo $!; wait"), in: fixture.repository
      ) { continuation.yield($0) }
    }
    var iterator = lines.makeAsyncIterator()
    let folder = try #require(await iterator.next())
    let child = try #require(await iterator.next().flatMap { Int32($0) })
    #expect(FileManager.default.fileExists(atPath: folder))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ProcessIdentity(running: child) == nil)
    #expect(!FileManager.default.fileExists(atPath: folder))
    #expect(try await fixture.store.builds().isEmpty)
    #expect(try await fixture.content(fixture.build(fixture.recipe("echo x > app"))) == "x\n", "the slot is free again")
  }

  @Test func idleSlotsAreRemoved() async throws {
    let fixture = try BuilderFixture([:])
    _ = try await fixture.build(fixture.recipe("mkdir -p deep/er && touch app deep/er/x && chmod -R a-w deep"))
    #expect(try await fixture.builder.removeSlots(unusedFor: .seconds(3600)) == 0)
    #expect(try await fixture.builder.removeSlots(unusedFor: .zero) == 1)
    #expect(try FolderListing.names(in: fixture.slots).isEmpty)
  }
}
