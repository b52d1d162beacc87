import Foundation
import Subprocess
import SystemPackage
import Testing

/// A user's package of tests that uses QuenchTesting: lent instances by `quench verify`, and by an installed `quench` outside of it.
struct TestingLibraryTests {
  /// The package that Quench is in.
  static let package = Product.fixtures.removingLastComponent()

  private let manifest = """
    // swift-tools-version: 6.2
    import PackageDescription
    let package = Package(
      name: "Checks", platforms: [.macOS(.v15)],
      dependencies: [.package(name: "quench", path: "\(package)", traits: [])],
      targets: [
        .testTarget(name: "ChecksTests", dependencies: [.product(name: "QuenchTesting", package: "quench")])
      ])

    """

  private let tests = """
    import QuenchTesting
    import Testing
    import XCTest

    struct Greeting: Decodable { var greeting: String; var times: Int }

    @Suite(.hotInstance) struct ReadingTests {
      @Test func itIsHealthy() async throws {
        #expect(try await HotInstance.current.get("/health").status == 200)
      }

      @Test(arguments: ["a", "b"]) func strangersAreNotFound(path: String) async throws {
        #expect(try await HotInstance.current.get("/nowhere/\\(path)").status == 404)
      }
    }

    @Suite(.resetsData) struct WritingTests {
      /// Each begins with no greeting, whatever ran before it or runs beside it.
      @Test(arguments: 1...4) func greetingsAreCounted(number: Int) async throws {
        let instance = try HotInstance.current
        for _ in 1..<number { #expect(try await instance.send("POST", "/greetings/Ida").status == 201) }
        let last = try await instance.send("POST", "/greetings/Ida", json: ["polite": true])
        #expect(try last.json(Greeting.self).times == number)
      }
    }

    final class ClassicTests: HotInstanceTestCase {
      override class var resetsData: Bool { true }

      func testFirst() async throws { try await greetOnce() }
      func testSecond() async throws { try await greetOnce() }

      private func greetOnce() async throws {
        let greeting: Greeting = try await instance.send("POST", "/greetings/Bo").json()
        XCTAssertEqual(greeting.times, 1)
      }
    }

    """

  private func write(to world: World) async throws {
    var text = GreeterConfiguration(suites: [], instances: 2).text
    text.replace("suites:\n", with: "suites:\n  checks:\n    swift-test: { package: Checks }\n    instances: 2\n")
    try world.write("quench.yml", text)
    try world.write("Checks/Package.swift", manifest)
    try world.write("Checks/Tests/ChecksTests/Tests.swift", tests)
    try world.write(".gitignore", ".build\n.quench\n")
    try await world.commit("Test with QuenchTesting")
  }

  @Test(.world("greeter"))
  func testsHaveInstancesWithAndWithoutQuench() async throws {
    let world = try World.current
    try await write(to: world)
    let outcome = try await world.quench("verify", "--format", "json")
    #expect(outcome.status == 0, "\(outcome)")
    let suite = try JSONValue(document: outcome.stdout)["suites"][0]
    #expect(suite["passed"].number == 5 || suite["passed"].number == 6, "\(suite)")

    // What is tested outside of Quench is what stands in the working tree.
    try await world.tool("sed", "-i", "s/return 404/return 405/", "greeter.py")
    let bin = world.root.appending("bin")
    try await world.tool("mkdir", bin.string)
    try await world.tool("ln", "-s", Product.executable.string, bin.appending("quench").string)
    let path = "\(bin):\(world.environment["PATH"] ?? "")"
    let swift = Command(
      executable: .name("swift"), arguments: ["test", "--package-path", "Checks"],
      environment: world.environment.merging(["PATH": path]) { $1 }, folder: world.repository)
    let alone = try await swift.run()
    #expect(alone.status == 1, "\(alone)")
    for words in [
      "strangersAreNotFound(path:) with 2 test cases failed", "itIsHealthy() passed", "2 tests, with 0 failures",
    ] {
      #expect(alone.text.contains(words), "\(words): \(alone)")
    }
    let left = try await world.quench("hot", "status")
    #expect(left.status == 3, "the set is stopped when the process ends: \(left)")
    try await world.expectNothingRunning()

    let without = try await Command(
      executable: .name("swift"), arguments: ["test", "--skip-build", "--package-path", "Checks"],
      environment: world.environment, folder: world.repository
    ).run()
    #expect(without.status == 1 && without.text.contains("install quench"), "\(without)")
  }
}
