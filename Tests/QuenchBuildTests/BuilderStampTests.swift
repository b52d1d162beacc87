import Foundation
import QuenchGit
import SystemPackage
import Testing

@testable import QuenchBuild

/// Builds that keep a note of what they made, and take it for made although it was removed.
@Suite struct BuilderStampTests {
  /// The same artifact as a slot without a past makes.
  private func expectSameBytes(_ build: Build, _ files: [String: String], _ recipe: Recipe) async throws {
    let other = try BuilderFixture(files)
    #expect(try await other.build(recipe).digest == build.digest, "a slot without a past makes the same bytes")
  }

  @Test(
    arguments: [
      // Nothing of the output is made again.
      "test -e .build/stamp || { mkdir -p dist && cp source dist/app && mkdir -p .build && touch .build/stamp; }",
      // One file of it is.
      "mkdir -p dist/sub; test -e .build/stamp || { cp source dist/app && mkdir -p .build && touch .build/stamp; }; cp source dist/sub/page",
      // One folder of it is not.
      "mkdir -p dist; cp source dist/app; test -e .build/stamp || { mkdir -p dist/empty && mkdir -p .build && touch .build/stamp; }",
      // The build fails for want of it.
      "test -e .build/stamp || { mkdir dist && mkdir -p .build && touch .build/stamp; }; cp source dist/app",
    ])
  func whatIsNotMadeAgainIsMadeFromTheGround(command: String) async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let recipe = fixture.recipe(command, outputs: ["dist"])
    _ = try await fixture.build(recipe)
    _ = try await fixture.commit(["source": "two"])
    let build = try await fixture.build(recipe)
    #expect(try await fixture.content(build, "dist/app") == "two")
    try await expectSameBytes(build, ["source": "two"], recipe)
  }

  @Test func filesOfTheRevisionInAnOutputDoNotHideWhatIsMissing() async throws {
    let files = ["source": "one", "dist/committed": "c"]
    let fixture = try BuilderFixture(files)
    let recipe = fixture.recipe(
      "test -e .build/stamp || { cp source dist/app && mkdir -p .build && touch .build/stamp; }", outputs: ["dist"])
    _ = try await fixture.build(recipe)
    let again = try await fixture.build(recipe, again: true)
    #expect(try await fixture.names(again) == ["dist", "dist/app", "dist/committed"])
    try await expectSameBytes(again, files, recipe)
  }

  @Test func aBuildThatMakesItAllAgainKeepsWhatItHas() async throws {
    let fixture = try BuilderFixture(["source": "one", "dist/committed": "c"])
    let recipe = fixture.recipe(
      "mkdir -p .build; echo run >> .build/runs; rm -f dist/committed; mkdir -p dist/sub && cp .build/runs dist/sub/app",
      outputs: ["dist"])
    _ = try await fixture.build(recipe)
    let again = try await fixture.build(recipe, again: true)
    #expect(try await fixture.content(again, "dist/sub/app") == "run\nrun\n", "it was built once, on what was there")
  }

  @Test func aBuildThatIsEndedHalfWayIsRememberedByTheNext() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let command =
      "test ! -e hang || sleep 600; mkdir -p dist; cp source dist/page; "
      + "test -e .build/stamp || { cp source dist/app && mkdir -p .build && touch .build/stamp; }"
    let recipe = fixture.recipe(command, outputs: ["dist"], timeout: .seconds(2))
    _ = try await fixture.build(recipe)
    _ = try await fixture.commit(["hang": "yes"])
    let error = await #expect(throws: BuildError.self) { try await fixture.build(recipe) }
    #expect(error?.code == .buildTimedOut)
    try Command.run("git rm -q hang && git commit -q -m mend", in: fixture.repo)
    let build = try await fixture.build(recipe, again: true)
    #expect(try await fixture.names(build) == ["dist", "dist/app", "dist/page"])
  }

  @Test func aBuildThatFailsEitherWayFails() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    _ = try await fixture.build(fixture.recipe("cp source app"))
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("ls source app; exit 3"))
    }
    #expect(error?.code == .buildFailed && error?.message.contains("exit status 3") == true)
    #expect(try await fixture.store.builds().count == 1)
  }

  /// What earlier revisions left may be why a build fails, so it is made from the ground before that counts.
  @Test func aFileThatAnEarlierRevisionNeededIsNotMissed() async throws {
    let fixture = try BuilderFixture(["old.h": "o", "source": "one"])
    let recipe = fixture.recipe(
      "mkdir -p .build dist; for file in $(cat .build/needs 2>/dev/null); do test -e $file || exit 2; done; ls *.h > .build/needs; "
        + "cp source dist/app", outputs: ["dist"])
    _ = try await fixture.build(recipe)
    try Command.run("git mv old.h new.h && git commit -q -m rename", in: fixture.repo)
    let build = try await fixture.build(recipe)
    #expect(try await fixture.content(build, "dist/app") == "one")
  }

  /// One that fails only for want of them has taken them for made, and is made from the ground.
  @Test func aBuildThatFailsForWantOfItsOutputsIsMadeFromTheGround() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let recipe = fixture.recipe(
      "mkdir -p dist .build; test -e .build/stamp || { cp source dist/app && touch .build/stamp; }; cp dist/app dist/page",
      outputs: ["dist"])
    _ = try await fixture.build(recipe)
    _ = try await fixture.commit(["source": "two"])
    let build = try await fixture.build(recipe)
    for name in ["dist/app", "dist/page"] { #expect(try await fixture.content(build, name) == "two") }
  }
}
