import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage
import Testing

@testable import QuenchSuites

/// A build folder that serves one revision after the other holds the tests of the last one only.
@Suite struct TestBundleTests {
  private func build(_ name: String, hasTests: Bool, in folder: FilePath, _ launcher: Launcher) async throws {
    let checkout = folder.appending("checkout")
    let tests = "Tests/SumTests"
    for (file, text) in [
      "Package.swift": """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(
        name: "\(name)", targets: [.target(name: "Sum")\(hasTests ? ", .testTarget(name: \"SumTests\")" : "")])
      """,
      "Sources/Sum/Sum.swift": "public let two = 1 + 1",
      "\(tests)/SumTests.swift": "import Testing\n@Test func one() {}",
    ] {
      let path = checkout.pushing(FilePath(file))
      try FileManager.default.createDirectory(
        atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
    }
    if !hasTests { try FileManager.default.removeItem(atPath: checkout.pushing(FilePath(tests)).string) }
    let run = SuiteRun(
      definition: SuiteDefinition(name: "sums", kind: .swiftTest(package: ".", filter: nil, skip: nil)),
      checkout: checkout, scratch: folder.appending("build"),
      environment: ProcessEnvironment.allowed(temporaryDirectory: folder, adding: [:]),
      logs: folder.appending("logs"))
    try await SuiteRunner(launcher: launcher).build(run)
  }

  /// Code under test can write where its build did.
  @Test func whatStandsWhereThePlanShouldIsNotWaitedFor() async throws {
    try await withScratchFolder { folder in
      let plan = folder.appending("debug.yaml")
      mkfifo(plan.string, 0o600)
      let error = #expect(throws: SuiteError.self) { try TestBundle(scratch: folder, suite: "sums") }
      #expect(error?.code == .bundleMissing)
      #expect(throws: (any Error).self) { try RegularFile.read(plan, atMost: 10) }
      #expect(throws: (any Error).self) { try RegularFile.read("/dev/zero", atMost: 10) }
      unlink(plan.string)
      try FileManager.default.createSymbolicLink(atPath: plan.string, withDestinationPath: "/etc/passwd")
      #expect(throws: (any Error).self) { try RegularFile.read(plan, atMost: 10) }
      unlink(plan.string)
      try Data(repeating: 1, count: 1 << 20).write(to: URL(filePath: plan.string))
      #expect(try RegularFile.read(plan, atMost: 1 << 21).count == 1 << 20)
      #expect(try RegularFile.read(plan, atMost: 10).count > 10, "that there is more can be told")
    }
  }

  @Test func testsThatTheRevisionNoLongerHasAreNotRun() async throws {
    let launcher = try Launcher.located()
    try await withScratchFolder { folder in
      let scratch = folder.appending("build")
      func found(product: String? = nil) throws -> String? {
        try TestBundle(scratch: scratch, suite: "sums", product: product).executable.lastComponent?.string
      }
      try await build("Old", hasTests: true, in: folder, launcher)
      #expect(try found() == "OldPackageTests.xctest")
      #expect(try found(product: "OldPackageTests") == "OldPackageTests.xctest")

      try await build("New", hasTests: true, in: folder, launcher)
      #expect(try found() == "NewPackageTests.xctest")
      let renamed = #expect(throws: SuiteError.self) { try found(product: "OldPackageTests") }
      #expect(renamed?.code == .definitionInvalid && renamed?.message.contains("`NewPackageTests`") == true)

      try await build("New", hasTests: false, in: folder, launcher)
      let deleted = #expect(throws: SuiteError.self) { try found() }
      #expect(deleted?.code == .bundleMissing)
    }
  }
}
