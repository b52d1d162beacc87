import Crypto
import Foundation
import QuenchDiagnostics
import QuenchGit
import QuenchState
import QuenchSuites
import SystemPackage

/// What a package's manifest was found to say, kept by what it follows from: the tree, the package and the toolchain.
struct PackageManifestCache: Sendable {
  private let file: FilePath

  init(_ state: StateDirectory, package: String, tree: ObjectID) {
    let key = SHA256.hash(data: Data("\(tree) \(package) \(TestBuildStamp.toolchain)".utf8))
    file = state.work.appending("manifests").appending(key.hexadecimal)
  }

  func read() -> PackageManifest? {
    FileManager.default.contents(atPath: file.string).flatMap {
      try? JSONDecoder().decode(PackageManifest.self, from: $0)
    }
  }

  /// Keeps what was read.
  func write(_ json: Data) {
    // A cache that cannot be written costs time and nothing else.
    try? FileManager.default.createDirectory(
      atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
    try? json.write(to: URL(filePath: file.string), options: .atomic)
  }
}
