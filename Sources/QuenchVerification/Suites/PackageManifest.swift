import Crypto
import Foundation
import QuenchGit
import QuenchState
import SystemPackage

/// What `swift package dump-package` says of a package, as far as it tells tests from the code they test.
struct PackageManifest: Decodable, Sendable {
  struct Target: Decodable, Sendable {
    var name: String
    var type: String
    var dependencies: [[String: Names]]
  }

  /// The names in a dependency's description, which stands among other things in one array.
  struct Names: Decodable, Sendable {
    var list: [String?]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      list = []
      while !values.isAtEnd {
        if try values.decodeNil() {
          list.append(nil)
        } else if let text = try? values.decode(String.self) {
          list.append(text)
        } else {
          // A condition, which is passed over, or it would be met again.
          _ = try values.decode(Condition.self)
          list.append(nil)
        }
      }
    }

    private struct Condition: Decodable {}
  }

  /// A package that this one depends on: what kind of origin it has, and its identity.
  struct Package: Decodable, Sendable {
    struct Origin: Decodable, Sendable {
      var identity: String
    }

    var fileSystem: [Origin]?
  }

  var targets: [Target]
  var dependencies: [Package]

  /// Whether the tests that a filter chooses are built with code that they test.
  ///
  /// For tests that reach the service through its instances that is what is part of an executable; for those that need
  /// none it is any code. What comes from a package beside this one may be part of either.
  func bringsCode(filter: String?, needsNoInstance: Bool) -> Bool {
    let code = Set(targets.filter { $0.type != "test" }.map(\.name))
    let executables = targets.filter { $0.type == "executable" }.map(\.name)
    let tested = needsNoInstance ? code : reach(from: executables).targets
    let reached = reach(from: chosen(by: filter).map(\.name))
    return reached.hasLocalCode || !reached.targets.isDisjoint(with: tested)
  }

  /// The test targets that a filter names; all when it names none, since it may name what is in any of them.
  private func chosen(by filter: String?) -> [Target] {
    let tests = targets.filter { $0.type == "test" }
    guard let filter, let pattern = try? Regex(filter) else { return tests }
    let named = tests.filter { "\($0.name).".contains(pattern) }
    return named.isEmpty ? tests : named
  }

  /// All targets that some depend on, themselves included, and whether they depend on a package beside this one.
  private func reach(from names: [String]) -> (targets: Set<String>, hasLocalCode: Bool) {
    let byName = Dictionary(targets.map { ($0.name, $0) }) { first, _ in first }
    let beside = Set(dependencies.flatMap { $0.fileSystem ?? [] }.map(\.identity))
    var reached: Set<String> = []
    var hasLocalCode = false
    var next = names
    while let name = next.popLast() {
      guard reached.insert(name).inserted else { continue }
      for dependency in byName[name]?.dependencies ?? [] {
        for (kind, names) in dependency {
          guard let wanted = names.list.first ?? nil else { continue }
          if kind != "product", byName[wanted] != nil {
            next.append(wanted)
          } else if kind == "product", names.list.count > 1, let package = names.list[1] {
            hasLocalCode = hasLocalCode || beside.contains(package.lowercased())
          } else {
            // A product by its name alone may be any package's.
            hasLocalCode = hasLocalCode || !beside.isEmpty
          }
        }
      }
    }
    return (reached, hasLocalCode)
  }
}

/// What a package's manifest was found to say, kept by what it follows from: the tree, the package and the toolchain.
struct PackageManifestCache: Sendable {
  private let file: FilePath

  init(_ state: StateDirectory, package: String, tree: ObjectID) {
    let key = SHA256.hash(data: Data("\(tree) \(package) \(TestBuildStamp.toolchain)".utf8))
    file = state.work.appending("manifests").appending(key.map { String(format: "%02x", $0) }.joined())
  }

  func read() -> PackageManifest? {
    FileManager.default.contents(atPath: file.string).flatMap {
      try? JSONDecoder().decode(PackageManifest.self, from: $0)
    }
  }

  /// Keeps a manifest that can be read; nil when it cannot.
  func write(_ dump: Data) -> PackageManifest? {
    guard let manifest = try? JSONDecoder().decode(PackageManifest.self, from: dump) else { return nil }
    // A cache that cannot be written costs time and nothing else.
    try? FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try? dump.write(to: URL(filePath: file.string), options: .atomic)
    return manifest
  }
}
