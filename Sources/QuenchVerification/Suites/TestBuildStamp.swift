import Foundation
import QuenchConfiguration
import QuenchGit
import QuenchState
import SystemPackage

/// The note that a package's tests are built in a slot, from which tree and by which toolchain.
///
/// It is outside what tests and builds can write, and gone while a build is under way.
struct TestBuildStamp: Sendable {
  private let file: FilePath
  private let content: String

  /// - Parameter conversion: how files are converted when they are checked out here.
  init(of suite: SuiteConfiguration, in checkout: TestCheckout, conversion: String) {
    let scratch = checkout.scratch(for: suite)
    file = checkout.slot.path.appending("\(scratch.lastComponent?.string ?? "root").built")
    content = "\(checkout.source.revision.tree) \(suite.testBuild.digest) \(conversion) \(Self.toolchain)\n"
  }

  var isCurrent: Bool { (try? String(contentsOfFile: file.string, encoding: .utf8)) == content }

  func write() { try? Data(content.utf8).write(to: URL(filePath: file.string), options: .atomic) }

  func remove() { try? FileManager.default.removeItem(atPath: file.string) }

  /// The `swift` that PATH finds, by what changes when it is replaced.
  static var toolchain: String {
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/swift" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let path else { return "none" }
    let resolved = URL(filePath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
    let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(resolved) \(attributes?[.size] ?? 0) \(changed)"
  }
}
