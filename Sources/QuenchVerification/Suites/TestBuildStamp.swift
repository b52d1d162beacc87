import Crypto
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

  init(of suite: SuiteConfiguration, in checkout: TestCheckout) {
    let scratch = checkout.scratch(for: suite)
    file = checkout.slot.path.appending("\(scratch.lastComponent?.string ?? "root").built")
    content = "\(checkout.source.revision.tree) \(suite.testBuild.digest) \(Self.toolchain)\n"
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

/// What tests are built from, besides a checkout: suites that agree in it share one build.
struct TestBuildInput: Sendable, Hashable {
  /// The package's folder.
  var package: String
  /// The variables that the build gets.
  var environment: [String: String]

  /// The SHA-256 of it, in hexadecimal.
  var digest: String {
    let variables = environment.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    // No part of it can hold a zero byte.
    let form = ([package] + variables).joined(separator: "\0")
    return SHA256.hash(data: Data(form.utf8)).map { String(format: "%02x", $0) }.joined()
  }

  /// A name for its build folder, which no other input has.
  var folderName: String {
    let name = package == "." ? "root" : String(package.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    return "\(name.prefix(40))-\(digest.prefix(12))"
  }
}

extension SuiteConfiguration {
  /// What the suite's tests are built from, besides a checkout; a command has nothing to build.
  var testBuild: TestBuildInput { TestBuildInput(package: swiftTest?.package ?? ".", environment: environment) }
}
