import Foundation
import QuenchGit
import SystemPackage

@testable import QuenchBuild

/// A store and things to put into it.
struct StoreFixture {
  let scratch: Scratch
  let store: BuildStore

  init() throws {
    scratch = try Scratch()
    store = BuildStore(root: scratch.path.appending("store"))
  }

  static func key(_ number: Int) throws -> BuildKey {
    try BuildKey(
      tree: "tree \(number)", recipe: Recipe(name: "orders", outputs: []), platform: .current, toolchain: [])
  }

  static func provenance(_ number: Int) throws -> BuildProvenance {
    let id = { (digit: Character) in ObjectID(String(repeating: digit, count: 40)) }
    guard let revision = id("a"), let tree = id("b") else { throw Errno.invalidArgument }
    return BuildProvenance(
      key: try key(number), revision: revision, tree: tree, service: "orders", seconds: 1.5, mode: .incremental,
      isolation: "none")
  }

  /// A folder with one file, as a build leaves it.
  func content(_ text: String) throws -> ArtifactContent {
    let name = "content-\(UUID().uuidString)"
    try scratch.write("\(name)/app", text, executable: true)
    return try ArtifactContent(of: OutputList(["app"], in: scratch.path.appending(name)))
  }

  @discardableResult
  func add(_ text: String, key: Int) async throws -> StoredBuild {
    try await store.add(content(text), Self.provenance(key))
  }

  /// Pretends that an artifact was last used some seconds ago.
  func age(_ digest: ArtifactDigest, _ seconds: Int) throws {
    try Command.run("touch -d '\(seconds) seconds ago' used/\(digest)", in: store.root)
  }

  /// The keys that the index knows, with the manifests it names for them.
  func indexed() throws -> [String: String] {
    let index = try StoredImages(layout: store.layout).index()
    return Dictionary(
      uniqueKeysWithValues: index.manifests.compactMap { descriptor in
        descriptor.annotations?[BuildAnnotation.reference.rawValue].map { ($0, descriptor.digest) }
      })
  }

  /// The keys that `keys/` knows, with the manifests it names for them.
  func keyed() throws -> [String: String] {
    var named: [String: String] = [:]
    for name in try FolderListing.names(in: store.layout.keys) {
      named[name.string] = try String(contentsOfFile: store.layout.keys.appending(name).string, encoding: .utf8)
        .trimmingCharacters(in: .newlines)
    }
    return named
  }
}
