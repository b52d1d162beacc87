import Crypto
import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@testable import QuenchBuild

@Suite struct BuildKeyTests {
  let platform = Platform(os: "linux", architecture: "amd64", library: "glibc 2.36")
  let recipe = Recipe(
    name: "orders", command: "swift build", timeout: .seconds(60), outputs: ["b", "a"],
    environment: ["B": "2", "A": "1"], secretNames: ["TOKEN", "KEY"], paths: [], mode: .clean)

  func key(
    _ recipe: Recipe, tree: String = "t", platform: Platform? = nil,
    tools: [Tool] = [Tool(name: "swift", version: "6.3")]
  ) throws -> BuildKey {
    try BuildKey(tree: tree, recipe: recipe, platform: platform ?? self.platform, toolchain: tools)
  }

  @Test func whatIsHashedIsPinned() throws {
    let document =
      #"{"platform":{"architecture":"amd64","library":"glibc 2.36","os":"linux"},"recipe":{"command":"swift build","#
      + #""environment":{"A":"1","B":"2"},"mode":"clean","name":"orders","outputs":["a","b"],"paths":[],"#
      + #""secrets":["KEY","TOKEN"],"version":1},"toolchain":[{"name":"swift","version":"6.3"}],"tree":"t","version":1}"#
    let expected = SHA256.hash(data: Data(document.utf8)).map { String(format: "%02x", $0) }.joined()
    #expect(try key(recipe).description == expected)
  }

  @Test func everythingThatGoesInCounts() throws {
    let changes: [(inout Recipe) -> Void] = [
      { $0.name = "other" }, { $0.command = nil }, { $0.command = "" }, { $0.outputs = ["a"] },
      { $0.environment["A"] = "2" }, { $0.secretNames = [] }, { $0.paths = ["Sources"] }, { $0.mode = .incremental },
    ]
    var keys: Set<BuildKey> = [try key(recipe)]
    for change in changes {
      var other = recipe
      change(&other)
      keys.insert(try key(other))
    }
    keys.insert(try key(recipe, tree: "u"))
    keys.insert(try key(recipe, platform: Platform(os: "linux", architecture: "arm64", library: "glibc 2.36")))
    keys.insert(try key(recipe, tools: [Tool(name: "swift", version: "6.4")]))
    keys.insert(try key(recipe, tools: []))
    #expect(keys.count == 13)
  }

  @Test func theTimeoutAndTheOrderOfListsDoNotCount() throws {
    var other = recipe
    other.timeout = nil
    other.outputs = ["a", "b"]
    other.secretNames = ["KEY", "TOKEN"]
    #expect(try key(other) == key(recipe))
  }

  @Test func thisMachineIsSaid() {
    #expect(["amd64", "arm64"].contains(Platform.current.architecture))
    #expect(Platform.current.library.contains("glibc 2.") || Platform.current.os != "linux")
  }
}

@Suite struct ToolchainTests {
  let scratch: Scratch
  let state: StateDirectory
  var bin: FilePath { scratch.path.appending("bin") }

  init() throws {
    scratch = try Scratch()
    state = StateDirectory(root: scratch.path.appending("state"))
    try state.prepare()
  }

  func tool(_ name: String, _ script: String) throws {
    try scratch.write("bin/\(name)", "#!/bin/sh\n\(script)\n", executable: true)
  }

  func tools(_ command: String) async throws -> [Tool] {
    try await Toolchain(state: state, launcher: Launcher.located(), denied: [])
      .tools(for: command, environment: ["PATH": "\(bin):/usr/bin:/bin"])
  }

  @Test func wordsThatAreProgramsAreFound() throws {
    for name in ["cc1", "make1", "go1"] { try tool(name, "true") }
    try scratch.write("bin/notes", "no program")
    let words = CommandWords(
      #"cd web && CC=cc1 make1 -C x; (go1 build "$(make1 --x)") | notes -go1 ./go1 missing"#, searchPath: "\(bin)")
    #expect(words.programs.map(\.name) == ["cc1", "make1", "go1"])
    #expect(words.programs.first?.path == bin.appending("cc1"))
    let many = (0..<12).map { "tool\($0)" }
    for name in many { try tool(name, "true") }
    #expect(CommandWords(many.joined(separator: " "), searchPath: "\(bin)").programs.count == CommandWords.limit)
    #expect(CommandWords("relative", searchPath: "bin:.").programs.isEmpty)
  }

  @Test func aToolIsAskedOnceUntilItChanges() async throws {
    let count = scratch.path.appending("state/asked")
    try tool("cc1", "echo asked; echo version 1; echo line 3; echo line 4")
    let first = try await tools("cc1 x")
    #expect(first == [Tool(name: "cc1", version: "asked\nversion 1\nline 3")])
    #expect(!FileManager.default.fileExists(atPath: count.string))
    let cache = ToolVersions(path: state.root.appending("toolchain.json"))
    #expect(cache.read().count == 1)
    #expect(try await tools("cc1 y") == first)
    #expect(cache.read().count == 1)
    try tool("cc1", "echo version 2.0")
    #expect(try await tools("cc1 x") == [Tool(name: "cc1", version: "version 2.0")])
  }

  @Test func aToolWithoutAVersionIsKnownByItsBytes() async throws {
    try tool("cc1", "exit 2")
    let one = try #require(try await tools("cc1").first)
    #expect(one.version.hasPrefix("sha256:") && one.version.count == 71)
    try tool("cc1", "exit  2")
    #expect(try await tools("cc1").first != one)
  }

  @Test func askingWritesNothing() async throws {
    try #require(Confinement.version != nil, "this kernel has no Landlock")
    let victim = scratch.path.appending("victim")
    try tool("cc1", "echo x > \(victim); echo version 1")
    #expect(try await tools("cc1").count == 1)
    #expect(!FileManager.default.fileExists(atPath: victim.string))
  }
}
