import Foundation
import SystemPackage
import Testing

/// The slot a revision is built in: reused, put right when it was left dirty, and never a way out.
struct SlotTests {
  @Test(.world("greeter"))
  func slotThatABuildSpoiltIsPutRight() async throws {
    let world = try World.current
    let build = """
      set -e
      test "$(cat tracked)" = original && test -e removed && test ! -e nested/added
      echo spoilt > tracked; rm removed; mkdir -p nested; rm -f nested/file; rmdir nested; echo wrong > nested
      mkdir -p build && cp greeter.py build/greeter
      """
    try world.write("tracked", "original\n")
    try world.write("removed", "still here\n")
    try world.write("nested/file", "a file\n")
    try world.write("quench.yml", GreeterConfiguration(build: build, suites: [("check", "true")]).text)
    for round in 1...3 {
      try world.write("round", "\(round)")
      try await world.commit("Round \(round)")
      let outcome = try await world.quench("verify")
      #expect(outcome.passed, "round \(round): \(outcome)")
    }
  }

  @Test(.world("greeter"))
  func slotThatAKilledRunLeftIsPutRight() async throws {
    let world = try World.current
    let build = """
      set -e
      test "$(cat tracked)" = original
      echo spoilt > tracked
      [ -e $HOME/.cache/mended ] || sleep 300
      mkdir -p build && cp greeter.py build/greeter
      """
    try world.write("tracked", "original\n")
    try world.write("quench.yml", GreeterConfiguration(build: build, suites: [("check", "true")]).text)
    try await world.commit("Spoil")
    let killed = try await world.quench("verify") { running in
      let hangs = try await comesTrue(within: .seconds(30)) {
        ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
      }
      try #require(hangs)
      running.send(SIGKILL)
    }
    #expect(killed.status == 137)
    try world.write(world.home.pushing(FilePath(".cache/mended")).string, "yes")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
  }

  @Test(.world("greeter"), arguments: ["incremental", "clean"])
  func buildModeSaysWhetherFormerProductsAreThere(mode: String) async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(
      service: ["data: data", "build-mode: \(mode)"], suites: [("check", "true")])
    configuration.build =
      "ls products 2>/dev/null || true; mkdir -p products; touch products/of-round-$(cat round)\n"
      + configuration.build
    try world.write("quench.yml", configuration.text)
    try world.write(".gitignore", "products\nbuild\n")
    try world.write("round", "1")
    try await world.commit("One")
    #expect(try await world.quench("verify").passed)
    try world.write("round", "2")
    try await world.commit("Two")
    let outcome = try await world.quench("verify", "--verbose")
    #expect(outcome.passed)
    #expect(outcome.text.contains("of-round-1") == (mode == "incremental"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func symbolicLinkIsNoWayOut() async throws {
    // First `way` is a link to a folder outside, then a folder of files: written through the link they would be outside.
    let world = try World.current
    let outside = world.root.appending("outside")
    try FileManager.default.createDirectory(atPath: outside.string, withIntermediateDirectories: false)
    let way = world.repository.appending("way")
    try FileManager.default.createSymbolicLink(atPath: way.string, withDestinationPath: outside.string)
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    try await world.commit("A link")
    #expect(try await world.quench("verify").passed)
    try FileManager.default.removeItem(atPath: way.string)
    try world.write("way/evil", "evil")
    try await world.commit("A folder")
    let outcome = try await world.quench("verify")
    #expect(outcome.passed, "\(outcome)")
    #expect(try world.files(below: outside).isEmpty)
  }

  @Test(.world("greeter"), arguments: ["..", ".git", ".GIT", "."])
  func treeWithAForbiddenNameIsRefused(name: String) async throws {
    let world = try World.current
    let blob = try await world.git("hash-object", "-w", "greeter.py")
    let evil = try await world.tool("sh", "-c", "printf '100644 blob \(blob)\\tevil\\n' | git mktree")
    let root = try await world.tool(
      "sh", "-c", "{ git ls-tree HEAD; printf '040000 tree \(evil)\\t\(name)\\n'; } | git mktree")
    let commit = try await world.git("commit-tree", root, "-m", "Evil", "-p", "HEAD")
    let outcome = try await world.quench("verify", commit)
    #expect(outcome.status == 3, "\(outcome)")
    let found = try await world.tool("find", world.root.string, "-name", "evil")
    #expect(found.isEmpty, "\(found)")
  }
}
