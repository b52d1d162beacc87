import Foundation
import QuenchGit
import SystemPackage
import Testing

@testable import QuenchBuild

/// The build that Quench is made for: a Swift package, confined, through SwiftPM's link to its release folder.
@Suite struct SwiftPackageTests {
  static let manifest = """
    // swift-tools-version: 6.0
    import PackageDescription
    let package = Package(name: "app", targets: [.executableTarget(name: "app", path: "Sources")])
    """

  @Test(.timeLimit(.minutes(5))) func aSwiftPackageIsBuiltAndRebuilt() async throws {
    let fixture = try BuilderFixture(["Package.swift": Self.manifest, "Sources/main.swift": "print(\"one\")\n"])
    let recipe = fixture.recipe("swift build --product app", outputs: [".build/debug/app"], timeout: .seconds(240))
    let first = try await fixture.build(recipe)
    #expect(try await run(first, fixture) == "one\n")
    _ = try await fixture.commit(["Sources/main.swift": "print(\"two\")\n"])
    let second = try await fixture.build(recipe)
    #expect(try await run(second, fixture) == "two\n")
    #expect(second.digest != first.digest && second.key != first.key)
    #expect(try FolderListing.names(in: fixture.slots).count == 1)
  }

  private func run(_ build: Build, _ fixture: BuilderFixture) async throws -> String {
    let folder = fixture.scratch.path.appending("instance-\(build.key.abbreviated)")
    try await fixture.store.unpack(build.digest, into: folder)
    return try Command.run("./app", in: folder)
  }
}
