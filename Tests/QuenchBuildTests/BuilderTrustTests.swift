import Foundation
import QuenchGit
import SystemPackage
import Testing

@testable import QuenchBuild

/// What one revision's build leaves for the next: nothing that decides what comes out.
@Suite struct BuilderTrustTests {
  /// A build that takes what it keeps for current, whatever is in it.
  static let trusting =
    "mkdir -p .build; sh build.sh; test -e .build/object || cp source .build/object; cp .build/object app"

  private func build(_ revision: Revision, in fixture: BuilderFixture, branch: String?) async throws -> Build {
    try await fixture.builder.build(
      revision, by: fixture.recipe(Self.trusting), in: fixture.repository,
      share: await SlotShare(of: revision, branch: branch, in: fixture.repository)
    ).build
  }

  @Test(arguments: ["main", nil]) func whatIsNotOnTheBranchIsBuiltElsewhere(branch: String?) async throws {
    let fixture = try BuilderFixture(["source": "honest", "build.sh": "true"])
    let first = try await fixture.head()
    try Command.run("git checkout -q -b request", in: fixture.repo)
    let request = try await fixture.commit(["build.sh": "echo doctored > .build/object"])
    _ = try await build(request, in: fixture, branch: branch)
    let made = try await build(first, in: fixture, branch: branch)
    #expect(try await fixture.content(made) == (branch == nil ? "doctored\n" : "honest"))
    #expect(try FolderListing.names(in: fixture.slots).count == (branch == nil ? 1 : 2))
  }

  @Test func branchThatCannotBeReadHoldsNothing() async throws {
    let fixture = try BuilderFixture(["source": "one", "build.sh": "true"])
    let head = try await fixture.head()
    let none = await SlotShare(of: head, branch: "nowhere", in: fixture.repository)
    #expect(none.owner("orders") == "orders, not on nowhere")
    #expect(await SlotShare(of: head, branch: "main", in: fixture.repository).owner("orders") == "orders, on main")
    #expect(await SlotShare(of: head, branch: nil, in: fixture.repository) == .all)
  }

  @Test func modulesOfEarlierBuildsServeIncrementalOnesOnly() async throws {
    let fixture = try BuilderFixture(["source": "one"])
    let command = "ls \"$CLANG_MODULE_CACHE_PATH\" > app; touch \"$CLANG_MODULE_CACHE_PATH/module\""
    _ = try await fixture.build(fixture.recipe(command))
    #expect(try await fixture.content(fixture.build(fixture.recipe(command), again: true)) == "module\n")
    #expect(try await fixture.content(fixture.build(fixture.recipe(command, mode: .clean))) == "")
    let whole = fixture.recipe(command + "; mkdir -p all; mv app all", outputs: ["."])
    #expect(try await fixture.content(fixture.build(whole), "all/app") == "")
  }

  @Test func sourceThatOnlyAnEarlierBuildMadeIsGone() async throws {
    let files = [
      "build.sh": "echo 1.0 > Sources/App/Version; mkdir -p Sources/App/Generated && touch Sources/App/Generated/x",
      "Sources/App/main": "main", ".gitignore": "Version\nGenerated\n",
    ]
    let fixture = try BuilderFixture(files)
    let recipe = fixture.recipe(
      "sh build.sh && cat Sources/App/main Sources/App/Version > app && LC_ALL=C ls Sources/App >> app")
    #expect(try await fixture.content(fixture.build(recipe)) == "main1.0\nGenerated\nVersion\nmain\n")
    #expect(try await fixture.content(fixture.build(recipe, again: true)) == "main1.0\nGenerated\nVersion\nmain\n")
    _ = try await fixture.commit(["build.sh": "true"])
    let error = await #expect(throws: BuildError.self) { try await fixture.build(recipe) }
    #expect(error?.code == .buildFailed)
    let plain = fixture.recipe("ls Sources/App > app")
    #expect(try await fixture.content(fixture.build(plain)) == "main\n")
  }

  @Test func whatBuildToolsKeepIsThereForTheNextBuild() async throws {
    let fixture = try BuilderFixture(["web/package.json": "{}", "Sources/a": "a"])
    let kept = ["Package.resolved", "web/Cargo.lock", "web/node_modules/left", "web/target/o", "web/.build/o", "any/o"]
    let make = kept.map { "mkdir -p $(dirname \($0)) && touch \($0)" }.joined(separator: " && ")
    _ = try await fixture.build(fixture.recipe(make + " && touch app web/made Sources/made made"))
    let look = fixture.recipe(
      "LC_ALL=C ls \(kept.joined(separator: " ")) > app; ls made web/made Sources/made 2>/dev/null >> app; true")
    #expect(try await fixture.content(fixture.build(look)) == kept.sorted().joined(separator: "\n") + "\n")
  }

  /// A build that keeps a note of what it made fails for want of what was removed, and is made from the ground.
  @Test func whatABuildTakesForMadeIsMadeFromTheGround() async throws {
    let fixture = try BuilderFixture(["src/a": "a", ".gitignore": "made"])
    let recipe = fixture.recipe(
      "mkdir -p .build; test -e .build/stamp || { cp src/a src/made && touch .build/stamp; }; cp src/made app")
    _ = try await fixture.build(recipe)
    _ = try await fixture.commit(["src/a": "b"])
    #expect(try await fixture.content(fixture.build(recipe)) == "b")
  }

  @Test func conversionOfFilesIsAPartOfTheKey() async throws {
    let fixture = try BuilderFixture(["source": "one\n", ".gitattributes": "* text=auto"])
    let recipe = fixture.recipe("cp source app")
    let plain = try await fixture.build(recipe)
    try Command.run("git config core.eol crlf", in: fixture.repo)
    let converted = try await fixture.build(recipe)
    #expect(converted.key != plain.key && !converted.cached)
    #expect(try await fixture.content(converted) == "one\r\n")
    try Command.run("git config --unset core.eol", in: fixture.repo)
    #expect(try await fixture.build(recipe).key == plain.key)
  }
}
