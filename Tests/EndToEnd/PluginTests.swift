import Foundation
import Subprocess
import SystemPackage
import Testing

/// `swift package quench …` in a package of a user's.
struct PluginTests {
  @Test(.world("greeter"))
  func pluginRunsTheInstalledQuench() async throws {
    let world = try World.current
    try world.write("quench.yml", GreeterConfiguration(suites: [("fine", "true"), ("bad", "test ! -e broken")]).text)
    try world.write(
      "Package.swift",
      """
      // swift-tools-version: 6.2
      import PackageDescription
      let package = Package(
        name: "service", platforms: [.macOS(.v15)],
        dependencies: [.package(name: "quench", path: "\(TestingLibraryTests.package)", traits: [])])

      """)
    try world.write(".gitignore", ".build\n.quench\n")
    try await world.commit("Have the plugin")
    let bin = world.root.appending("bin")
    try await world.tool("mkdir", bin.string)
    try await world.tool("ln", "-s", Product.executable.string, bin.appending("quench").string)
    let environment = world.environment.merging(["PATH": "\(bin):\(world.environment["PATH"] ?? "")"]) { $1 }
    func package(_ arguments: String...) async throws -> Outcome {
      let permissions = ["--allow-writing-to-package-directory", "--allow-network-connections", "all"]
      return try await Command(
        executable: .name("swift"), arguments: ["package"] + permissions + ["quench"] + arguments,
        environment: environment, folder: world.repository
      ).run()
    }
    let passed = try await package("verify", "--suite", "fine")
    #expect(passed.status == 0 && passed.text.contains("PASSED"), "\(passed)")

    try world.write("broken", "")
    try await world.commit("Break")
    let failed = try await package("verify", "--format", "json")
    #expect(failed.status == 1 && failed.text.contains("quench verify ended with status 1"), "\(failed)")
    #expect(failed.stdout.contains("\"result\" : \"FAILED\""), "\(failed)")
    let initialised = try await package("init", "--help")
    #expect(initialised.status == 0 && initialised.text.contains("USAGE: quench init"), "\(initialised)")
  }
}
