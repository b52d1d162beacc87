import Foundation
import QuenchProcesses
import SystemPackage
import Testing

@testable import QuenchSuites

/// A Swift package with tests of every temper, built once for all the tests of a suite and removed afterwards.
struct SamplePackage: Sendable {
  let folder: FilePath
  let launcher: Launcher

  @TaskLocal static var current: SamplePackage?

  var checkout: FilePath { folder.appending("checkout") }
  var scratch: FilePath { folder.appending("build") }

  func environment(adding additions: [String: String] = [:]) -> [String: String] {
    ProcessEnvironment.allowed(
      temporaryDirectory: folder.appending("tmp"),
      adding: ["SWIFT_BACKTRACE": "enable=no"].merging(additions) { $1 })
  }

  /// A run of the tests that match `filter`, with logs of its own.
  func run(
    _ filter: String?, skip: String? = nil, timeout: Duration? = .seconds(60),
    shard: SuiteRun.Shard? = nil, confinement: Confinement? = nil
  ) -> SuiteRun {
    SuiteRun(
      definition: SuiteDefinition(
        name: "sample", kind: .swiftTest(package: ".", filter: filter, skip: skip), timeout: timeout,
        environment: ["OF_THE_SUITE": "yes"]),
      checkout: checkout, scratch: scratch, environment: environment(adding: ["QUENCH_BASE_URL": "http://127.0.0.1:1"]),
      confinement: confinement, logs: folder.appending("logs-\(UUID().uuidString)"), shard: shard)
  }

  fileprivate func write() throws {
    let files = ["Package.swift": SampleSources.manifest, "Tests/AlphaTests/Alpha.swift": SampleSources.xctest]
      .merging(["Tests/BetaTests/Beta.swift": SampleSources.swiftTesting]) { $1 }
    try FileManager.default.createDirectory(atPath: folder.appending("tmp").string, withIntermediateDirectories: true)
    for (name, text) in files {
      let path = checkout.appending(name)
      try FileManager.default.createDirectory(
        atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
    }
  }
}

/// Lends a suite the built package.
struct SamplePackageTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let launcher = try Launcher.located()
    try await withScratchFolder { folder in
      let package = SamplePackage(folder: folder, launcher: launcher)
      try package.write()
      try await SuiteRunner(launcher: launcher).build(package.run(nil))
      try await SamplePackage.$current.withValue(package) { try await function() }
    }
  }
}

extension Trait where Self == SamplePackageTrait {
  static var samplePackage: Self { Self() }
}
