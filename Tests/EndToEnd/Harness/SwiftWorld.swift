import Foundation
import SystemPackage
import Testing

/// One repository with a Swift package of tests that do everything tests can do, verified once for all who look at it.
///
/// Building tests takes long, so the tests of `SwiftSuiteTests` share the package, its build and one run of every suite.
actor SwiftWorld {
  @TaskLocal private static var entered: SwiftWorld?

  /// The world of the suite that runs; its trait `.swiftWorld` makes it.
  static var current: SwiftWorld {
    get throws { try #require(entered, "this suite has no trait .swiftWorld") }
  }

  nonisolated let world: World
  private var run: Task<Answer, any Error>?

  init(in world: World) { self.world = world }

  static func enter(_ world: World, _ body: @Sendable () async throws -> Void) async throws {
    try await $entered.withValue(SwiftWorld(in: world), operation: body)
  }

  /// What `quench verify` says of all suites.
  func verdict() async throws -> Answer {
    if let run { return try await run.value }
    let run = Task { [world] in
      try Self.write(to: world)
      try await world.commit("Test in Swift")
      return try await world.ask("verify")
    }
    self.run = run
    return try await run.value
  }

  static let suites: [(name: String, lines: [String])] = [
    ("both", ["swift-test: { package: Checks, filter: 'Good' }"]),
    ("xctest", ["swift-test: { package: Checks, filter: 'BadXCTests' }", "instances: none"]),
    ("testing", ["swift-test: { package: Checks, filter: 'BadTests' }", "instances: none"]),
    ("skipped-testing", ["swift-test: { package: Checks, filter: 'DisabledTests' }", "instances: none"]),
    ("skipped-xctest", ["swift-test: { package: Checks, filter: 'SkippedXCTests' }", "instances: none"]),
    ("nothing", ["swift-test: { package: Checks, filter: 'NoSuchTests' }", "instances: none"]),
    ("crash-testing", ["swift-test: { package: Checks, filter: 'CrashingTests' }", "instances: none"]),
    ("crash-xctest", ["swift-test: { package: Checks, filter: 'CrashingXCTests' }", "instances: none"]),
    ("exit", ["swift-test: { package: Checks, filter: 'LeavingTests' }", "instances: none"]),
    ("hang-testing", ["swift-test: { package: Checks, filter: 'HangingTests' }", "instances: none", "timeout: 5s"]),
    ("hang-xctest", ["swift-test: { package: Checks, filter: 'HangingXCTests' }", "instances: none", "timeout: 5s"]),
    ("known", ["swift-test: { package: Checks, filter: 'KnownTests' }", "instances: none"]),
    ("cases", ["swift-test: { package: Checks, filter: 'CaseTests' }", "instances: none"]),
    ("shards", ["swift-test: { package: Checks, filter: 'ShardTests' }", "shards: 2"]),
  ]

  private static func write(to world: World) throws {
    var text = GreeterConfiguration(suites: [], instances: 2).text
    let lines = suites.flatMap { suite in ["  \(suite.name):"] + suite.lines.map { "    \($0)" } }
    text.replace("suites:\n", with: "suites:\n" + lines.joined(separator: "\n") + "\n")
    try world.write("quench.yml", text)
    try world.write("Checks/Package.swift", manifest)
    try world.write("Checks/Tests/ChecksTests/TestingTests.swift", testing)
    try world.write("Checks/Tests/ChecksTests/XCTests.swift", xctest)
    try world.write(".gitignore", ".build\n")
  }

  private static let manifest = """
    // swift-tools-version: 6.0
    import PackageDescription
    let package = Package(name: "Checks", targets: [.testTarget(name: "ChecksTests")])

    """

  private static let testing = """
    import Foundation
    import Testing

    @Suite struct GoodTests {
      @Test func reachesAnInstance() throws {
        let url = try #require(ProcessInfo.processInfo.environment["QUENCH_BASE_URL"])
        #expect(url.hasPrefix("http://127.0.0.1:"))
      }
      @Test(.disabled("not today")) func sleepsIn() {}
    }
    @Suite struct BadTests {
      @Test func addsUp() {
        #expect(1 + 1 == 3, "sums are off")
      }
      @Test func stillFine() {}
    }
    @Suite struct DisabledTests {
      @Test(.disabled("for good")) func never() {}
    }
    @Suite struct CrashingTests {
      @Test func crashes() { let none: [Int] = []; print(none[Int.random(in: 3...4)]) }
    }
    @Suite struct LeavingTests {
      @Test func leaves() { exit(0) }
    }
    @Suite struct HangingTests {
      @Test func hangs() async throws { try await Task.sleep(for: .seconds(300)) }
    }
    @Suite struct KnownTests {
      @Test func known() { withKnownIssue("rounding") { #expect(0.1 + 0.2 == 0.3) } }
    }
    @Suite struct CaseTests {
      @Test(arguments: [1, 2, 99]) func small(number: Int) { #expect(number < 50) }
    }
    @Suite struct ShardTests {
      @Test func one() {}
      @Test func two() {}
      @Test func three() {}
      @Test func four() {}
    }

    """

  private static let xctest = """
    import Foundation
    import XCTest

    final class GoodXCTests: XCTestCase {
      func testReachesAnInstance() { XCTAssertNotNil(ProcessInfo.processInfo.environment["QUENCH_BASE_URL"]) }
      func testSkips() throws { throw XCTSkip("no printer") }
    }
    final class BadXCTests: XCTestCase {
      func testAddsUp() {
        XCTAssertEqual(1 + 1, 3, "sums are off")
      }
      func testStillFine() {}
    }
    final class SkippedXCTests: XCTestCase {
      func testSkips() throws { throw XCTSkip("no printer") }
    }
    final class CrashingXCTests: XCTestCase {
      func testCrashes() { fatalError("out of paper") }
    }
    final class HangingXCTests: XCTestCase {
      func testHangs() { Thread.sleep(forTimeInterval: 300) }
    }
    final class ShardXCTests: XCTestCase {
      func testFive() {}
      func testSix() {}
    }

    """
}
