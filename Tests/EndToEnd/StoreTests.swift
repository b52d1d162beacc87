import Foundation
import SystemPackage
import Testing

/// The build store: what others can read of it, what it refuses, and what it lets go.
struct StoreTests {
  private func blob(_ digest: JSONValue, of world: World) throws -> FilePath {
    world.state.pushing(FilePath("store/blobs/sha256/\(try #require(digest.string))"))
  }

  @Test(.world("greeter"), .enabled(if: Product.has("skopeo"), "skopeo is not installed"))
  func standardToolsReadTheStore() async throws {
    let world = try World.current
    let answer = try await world.ask("verify")
    let revision = try #require(answer.json["revision"].string)
    let digest = try #require(answer.json["build"]["digest"].string)
    let index = try JSONValue(document: world.read(world.state.pushing(FilePath("store/index.json"))))
    let manifest = index["manifests"][0]
    let name = manifest["annotations"]["org.opencontainers.image.ref.name"].string
    let reference = "oci:\(world.state)/store" + (name.map { ":\($0)" } ?? "")
    let raw = try JSONValue(document: await world.tool("skopeo", "inspect", "--raw", reference))
    #expect(raw["layers"].array.contains { $0["digest"].string == "sha256:\(digest)" }, "\(raw)")
    let annotations = [raw["annotations"], manifest["annotations"]]
    #expect(annotations.contains { $0["org.opencontainers.image.revision"].string == revision }, "\(annotations)")
    try await world.tool("skopeo", "inspect", reference)
    let copy = world.root.appending("copy")
    try await world.tool("skopeo", "copy", "--quiet", "--insecure-policy", reference, "dir:\(copy)")
  }

  @Test(.world("greeter"))
  func digestIsOfTheUncompressedLayer() async throws {
    let world = try World.current
    let digest = try await world.ask("verify").json["build"]["digest"]
    let sum = try await world.tool("sha256sum", blob(digest, of: world).string)
    #expect(sum.hasPrefix(try #require(digest.string)))
    let list = try await world.tool("tar", "--list", "--verbose", "--file", blob(digest, of: world).string)
    #expect(list.contains("greeter"))
    #expect(list.contains("1970-01-01"), "no times of the build: \(list)")
  }

  @Test(.world("greeter"))
  func tamperedBlobIsNeverStarted() async throws {
    let world = try World.current
    let digest = try await world.ask("verify").json["build"]["digest"]
    let file = try blob(digest, of: world)
    chmod(file.string, 0o644)
    let handle = try #require(FileHandle(forUpdatingAtPath: file.string))
    var bytes = try #require(try handle.readToEnd())
    let place = try #require(bytes.firstRange(of: Data("Hello, ".utf8)))
    bytes.replaceSubrange(place, with: Data("Howdy, ".utf8))
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
    let second = try await world.quench("verify")
    #expect(second.status == 3, "\(second)")
    #expect(second.text.contains(try #require(digest.string)), "\(second)")
    #expect(second.text.contains("next:") && second.text.contains("--again"), "\(second)")
    let third = try await world.ask("verify", "--again")
    #expect(third.status == 0, "what it says to do helps: \(third.outcome)")
    #expect(third.json["build"]["digest"] == digest)
    let sum = try await world.tool("sha256sum", file.string)
    #expect(sum.hasPrefix(try #require(digest.string)))
  }

  @Test(.world("greeter"))
  func cleaningLeavesTheLogsOfWhatStillRuns() async throws {
    let world = try World.current
    var configuration = GreeterConfiguration(suites: [("check", "touch $TMPDIR/up; sleep 300 & wait")])
    try world.write("quench.yml", configuration.text)
    try await world.commit("Take long")
    @Sendable func logs() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: world.state.appending("logs").string)
        .filter { $0.hasPrefix("suites-") }
    }
    _ = try await world.quench("verify") { running in
      let runs = try await comesTrue(within: .seconds(30)) {
        ProcessTable.entries(ofWorld: world.root).contains { $0.command == "sleep 300" }
      }
      #expect(runs)
      let cleaned = try await world.quench("gc", "--older-than", "0s")
      #expect(cleaned.status == 0, "\(cleaned)")
      #expect(try logs().count == 1, "it is being written")
      running.send(SIGTERM)
    }
    configuration.build = "exit 3"
    try world.write("quench.yml", configuration.text)
    try await world.commit("Do not build")
    #expect(try await world.quench("verify").status == 3)
    let cleaned = try await world.quench("gc", "--older-than", "0s")
    #expect(cleaned.status == 0, "\(cleaned)")
    #expect(try logs().isEmpty)
    let locks = try FileManager.default.contentsOfDirectory(atPath: world.state.appending("run").string)
    #expect(!locks.contains { $0.hasPrefix("build-") || $0.hasPrefix("log-") }, "\(locks)")
  }

  @Test(.world("greeter"))
  func cleaningRemovesWhatIsNotLive() async throws {
    let world = try World.current
    world.atEnd { try await world.quench("hot", "stop", "--remove") }
    try world.replace("Hello, {name}!", by: "Hello there, {name}!", in: "greeter.py")
    let old = try await world.commit("Old")
    try world.replace("Hello there, {name}!", by: "Good day, {name}!", in: "greeter.py")
    let live = try await world.commit("Live")
    let deployed = try await world.quench("hot", "deploy", old)
    #expect(deployed.status == 0, "\(deployed)")
    try world.write("quench.yml", GreeterConfiguration(suites: [("check", "true")]).text)
    let unused = try await world.ask("verify", "HEAD").json["build"]["digest"]
    _ = live
    let used = try await world.ask("hot", "status").json["digest"]
    let cleaned = try await world.quench("gc", "--keep-size", "0MB")
    #expect(cleaned.status == 0, "\(cleaned)")
    #expect(world.exists(try blob(used, of: world)), "what is live stays: \(cleaned)")
    #expect(!world.exists(try blob(unused, of: world)), "what is not live goes: \(cleaned)")
    #expect(try await world.quench("hot", "status").status == 0)
    let again = try await world.quench("hot", "rollback", old)
    #expect(again.status == 0, "\(again)")
    let rebuilt = try await world.ask("verify", "HEAD")
    #expect(rebuilt.json["build"]["cached"].bool == false)
    #expect(rebuilt.json["build"]["digest"] == unused)
  }

  @Test(.world("greeter"))
  func cleaningLeavesABuildThatWaitsForItsInstances() async throws {
    let world = try World.current
    let (old, new) = try await world.beginHotSet()
    let go = world.root.appending("go")
    try world.write(
      "quench.yml",
      GreeterConfiguration(suites: [("check", "echo begun; until test -e \(go); do sleep 0.05; done")]).text)
    try await world.deploy(old)
    // The first verification keeps the hot set, so that the second one has its build and cannot start it yet.
    let first = try await world.quench("verify", old, "--verbose") { running in
      try await running.prints("suite check on")
      let second = try await world.quench("verify", new) { running in
        try await running.prints("waiting   for")
        let cleaned = try await world.quench("gc", "--keep-size", "0MB") { running in
          try await running.prints("waiting for")
          try Data().write(to: URL(filePath: go.string))
        }
        #expect(cleaned.status == 0, "\(cleaned)")
      }
      #expect(second.passed, "\(second)")
    }
    #expect(first.passed, "\(first)")
  }

  @Test(.world("greeter"))
  func cleaningByAgeKeepsWhatIsYoung() async throws {
    let world = try World.current
    let digest = try await world.ask("verify").json["build"]["digest"]
    #expect(try await world.quench("gc", "--older-than", "1h").status == 0)
    #expect(world.exists(try blob(digest, of: world)))
  }

  @Test(
    .world("greeter"),
    arguments: [[], ["--keep-size", "much"], ["--keep-size", "1"], ["--older-than", "yesterday"]])
  func cleaningNeedsALimit(arguments: [String]) async throws {
    let outcome = try await World.current.command(["gc"] + arguments).run()
    #expect(outcome.status == 64, "\(outcome)")
  }

  @Test(.world("greeter"))
  func stateIgnoresItself() async throws {
    let world = try World.current
    #expect(try await world.quench("verify").passed)
    let status = try await world.git("status", "--porcelain")
    #expect(status.isEmpty, "\(status)")
  }

  @Test(.world("greeter"))
  func stateMayBeElsewhere() async throws {
    let world = try World.current
    let state = world.root.appending("elsewhere")
    let outcome = try await world.quench("verify", environment: ["QUENCH_HOME": state.string])
    #expect(outcome.passed, "\(outcome)")
    #expect(world.exists(state.appending("ledger.sqlite")))
    #expect(!world.exists(world.state))
  }
}
