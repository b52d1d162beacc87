import Foundation
import QuenchDiagnostics
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@testable import QuenchBuild

/// What a build may see and change, and what of its secrets is seen.
@Suite struct BuilderSecrecyTests {
  static let token = "s3cr3t-value"

  @Test func aSecretReachesTheBuildAndNothingElse() async throws {
    let fixture = try BuilderFixture([:])
    var recipe = fixture.recipe(#"echo "token $TOKEN, short $SHORT"; test "$TOKEN" = s3cr3t-value && echo ok > app"#)
    recipe.secretNames = ["TOKEN", "SHORT"]
    let (lines, continuation) = AsyncStream<String>.makeStream()
    let build = try await fixture.builder.build(
      fixture.head(), by: recipe, in: fixture.repository,
      secrets: ["TOKEN": Self.token, "SHORT": "abc", "OTHER": "other-value"]
    ) { continuation.yield($0) }.build
    continuation.finish()
    #expect(await lines.first { _ in true } == "token ***, short abc")
    let log = try #require(build.log)
    #expect(try String(contentsOfFile: log.string, encoding: .utf8) == "token ***, short abc\n")
    // Nowhere in what Quench keeps: keys, manifests, logs, slots.
    let found = try Command.run("grep -rlaF \(Self.token) . || true", in: fixture.state.root)
    #expect(found.isEmpty, "\(found)")
    let other = try await fixture.build(recipe, secrets: ["TOKEN": "another-value", "SHORT": "abc"])
    #expect(other.cached && other.key == build.key, "a secret's value is no part of the key")
  }

  @Test func aSecretIsHiddenInErrorsToo() async throws {
    let fixture = try BuilderFixture([:])
    var recipe = fixture.recipe(#"echo "using $TOKEN"; exit 1"#)
    recipe.secretNames = ["TOKEN"]
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(recipe, secrets: ["TOKEN": Self.token])
    }
    #expect(error?.code == .buildFailed && error?.message.contains("using ***") == true)
    #expect(error.map { DiagnosticText.lines(of: $0).joined().contains(Self.token) } == false)
  }

  @Test func aMissingSecretIsAConfigurationError() async throws {
    let fixture = try BuilderFixture([:])
    var recipe = fixture.recipe("true")
    recipe.secretNames = ["TOKEN"]
    let error = await #expect(throws: BuildError.self) { try await fixture.build(recipe) }
    #expect(error?.code == .secretMissing && error?.exitStatus == .configuration)
  }

  @Test func aBuildReadsAndWritesOnlyWhatIsItsOwn() async throws {
    try #require(Confinement.version != nil, "this kernel has no Landlock")
    let fixture = try BuilderFixture([:])
    try fixture.scratch.write("signing.key", "private")
    try fixture.scratch.write("state/store/blobs/sha256/x", "blob")
    try fixture.scratch.write("elsewhere/file", "mine")
    let scratch = fixture.scratch.path
    let attempts = [
      "cat \(scratch)/signing.key", "cat \(scratch)/state/store/blobs/sha256/x",
      "echo bad > \(scratch)/state/store/blobs/sha256/x", "echo bad > \(scratch)/elsewhere/file",
      "echo bad > \(scratch)/repo/new", "echo bad > ../state.json", "echo bad > ../owner.json", "rm ../index",
      "ls \(scratch)/state/run",
    ]
    let command = attempts.map { "( \($0) ) && echo 'got through: \($0)'; " }.joined()
    let build = try await fixture.build(fixture.recipe(command + "echo ok > $TMPDIR/x && cp $TMPDIR/x app"))
    let log = try String(contentsOfFile: try #require(build.log).string, encoding: .utf8)
    #expect(!log.contains("got through"), "\(log)")
    #expect(log.split(separator: "\n").count == attempts.count, "\(log)")
    #expect(try fixture.scratch.read("state/store/blobs/sha256/x") == "blob")
    #expect(try fixture.scratch.read("elsewhere/file") == "mine")
    #expect(try await fixture.content(build) == "ok\n")
  }

  @Test func gitDoesNotTakeTheCheckoutForTheRepositoryAroundIt() async throws {
    let fixture = try BuilderFixture([:])
    try Command.run("git init -q .", in: fixture.scratch.path)
    let build = try await fixture.build(fixture.recipe("git rev-parse --show-toplevel > app 2>&1 || echo none > app"))
    #expect(try await fixture.content(build) == "none\n")
  }

  @Test func linksThatEarlierBuildsLeftLeadNowhere() async throws {
    let fixture = try BuilderFixture([:])
    try fixture.scratch.write("victim/app", "mine")
    _ = try await fixture.build(
      fixture.recipe(
        "mkdir -p kept; ln -sfn \(fixture.scratch.path)/victim kept/out; echo x > other", outputs: ["other"]))
    let error = await #expect(throws: BuildError.self) {
      try await fixture.build(fixture.recipe("true", outputs: ["kept/out/app"]))
    }
    #expect(error?.code == .outputEscapes)
    #expect(try fixture.scratch.read("victim/app") == "mine")
  }
}
