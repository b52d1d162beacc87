import Foundation
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage

@testable import QuenchBuild

/// A git repository, and a builder with a state folder of its own.
struct BuilderFixture {
  let scratch: Scratch
  let state: StateDirectory
  let store: BuildStore
  let builder: Builder
  let repository: Repository

  init(_ files: [String: String]) throws {
    scratch = try Scratch()
    for (name, text) in files { try scratch.write("repo/\(name)", text, executable: name.hasSuffix(".sh")) }
    try scratch.folder("repo")
    let repo = scratch.path.appending("repo")
    try Command.run("git init -q -b main && git config user.name T && git config user.email t@example.org", in: repo)
    try Self.commit(repo)
    state = StateDirectory(root: scratch.path.appending("state"))
    store = BuildStore(root: state.store)
    builder = Builder(
      state: state, launcher: try Launcher.located(), store: store, denied: [scratch.path.appending("signing.key")])
    repository = try Repository(containing: repo)
  }

  var repo: FilePath { scratch.path.appending("repo") }
  var slots: FilePath { state.work }

  private static func commit(_ repo: FilePath) throws {
    try Command.run("git add -A && git commit -q --allow-empty -m change", in: repo)
  }

  /// Changes files, commits, and answers the revision.
  func commit(_ files: [String: String] = [:]) async throws -> Revision {
    for (name, text) in files { try scratch.write("repo/\(name)", text, executable: name.hasSuffix(".sh")) }
    try Self.commit(repo)
    return try await head()
  }

  func head() async throws -> Revision { try await repository.resolve("HEAD") }

  func recipe(
    _ command: String?, outputs: [String] = ["app"], timeout: Duration? = .seconds(60), mode: Recipe.Mode = .incremental
  ) -> Recipe {
    Recipe(name: "orders", command: command, timeout: timeout, outputs: outputs, mode: mode)
  }

  func build(_ recipe: Recipe, again: Bool = false, secrets: [String: String] = [:]) async throws -> Build {
    try await builder.build(head(), by: recipe, in: repository, secrets: secrets, again: again).build
  }

  /// The names of everything in the artifact, sorted.
  func names(_ build: Build) async throws -> [String] {
    let destination = scratch.path.appending("unpacked-\(UUID().uuidString)")
    try await store.unpack(build.digest, into: destination)
    return try FileManager.default.subpathsOfDirectory(atPath: destination.string).sorted()
  }

  /// A file of the artifact.
  func content(_ build: Build, _ name: String = "app") async throws -> String {
    let destination = scratch.path.appending("unpacked-\(UUID().uuidString)")
    try await store.unpack(build.digest, into: destination)
    return try String(contentsOfFile: destination.pushing(FilePath(name)).string, encoding: .utf8)
  }
}
