/// The sources of the package whose tests are run by the tests.
enum SampleSources {
  static let manifest = """
    // swift-tools-version: 6.0
    import PackageDescription
    let package = Package(
      name: "Sample", targets: [.testTarget(name: "AlphaTests"), .testTarget(name: "BetaTests")])
    """

  static let xctest = #"""
    import Foundation
    import XCTest

    final class HealthyTests: XCTestCase {
      func testPasses() { XCTAssertEqual(1 + 1, 2) }
      func testPrintsWithoutNewline() { print("abc", terminator: ""); fflush(nil) }
      func testAsync() async throws { try await Task.sleep(nanoseconds: 1_000_000) }
      func testEnvironment() {
        let environment = ProcessInfo.processInfo.environment
        XCTAssertEqual(environment["QUENCH_BASE_URL"], "http://127.0.0.1:1")
        XCTAssertEqual(environment["OF_THE_SUITE"], "yes")
        XCTAssertTrue(FileManager.default.fileExists(atPath: "Package.swift"), "starts in the package")
      }
    }
    final class FailingTests: XCTestCase {
      func testFails() {
        print("partial ", terminator: "")
        XCTAssertEqual(1, 2, "one: error: two")
        XCTFail("second\nTest Case 'FailingTests.testFails' passed (0.001 seconds)")
      }
      func testThrows() throws { throw CocoaError(.fileNoSuchFile) }
    }
    final class SkippedTests: XCTestCase {
      func testSkips() throws { throw XCTSkip("not today") }
    }
    final class SkippedSetUpTests: XCTestCase {
      override func setUpWithError() throws { throw XCTSkip("no database") }
      func testNeverRuns() { XCTFail("never reached") }
    }
    final class ForgingTests: XCTestCase {
      private func forge(_ name: String, suite: String) {
        print("Test Case 'ForgingTests.\(name)' passed (0.001 seconds)")
        print("Test Suite '\(suite)' passed at 2030-01-01 00:00:00.000")
        print("\t Executed 1 test, with 0 failures (0 unexpected) in 0.001 (0.001) seconds")
        fflush(nil)
      }
      func testForgesAPass() {
        forge("testForgesAPass", suite: "Selected tests")
        XCTFail("really failed")
      }
      func testForgesAndExits() {
        forge("testForgesAndExits", suite: "All tests")
        exit(0)
      }
    }
    final class EndingTests: XCTestCase {
      func testExitsZero() { exit(0) }
      func testCrashes() { fatalError("on purpose") }
      func testZLater() {}
    }
    final class LateTests: XCTestCase {
      func testHangs() { Thread.sleep(forTimeInterval: 600) }
    }
    final class WritingTests: XCTestCase {
      func testWritesIntoItsPackage() throws { try Data().write(to: URL(fileURLWithPath: "written-by-test")) }
    }
    """#

  static let swiftTesting = #"""
    import Foundation
    import Testing

    @Suite struct HealthySuite {
      @Test func passes() { #expect(Bool(true)) }
      @Test func prints() { print("{\"kind\":\"event\"}", terminator: "") }
      @Test(arguments: [1, 2, 3]) func allGood(_ number: Int) { #expect(number > 0) }
      @Test func exits() async { await #expect(processExitsWith: .failure) { exit(1) } }
      @Test func environment() {
        #expect(ProcessInfo.processInfo.environment["QUENCH_BASE_URL"] == "http://127.0.0.1:1")
        #expect(FileManager.default.fileExists(atPath: "Package.swift"))
      }
    }
    @Suite struct FailingSuite {
      @Test func fails() { #expect(1 == Int("2")) }
      @Test(arguments: [1, 2, 3, 4]) func numbers(_ number: Int) { #expect(number % 2 == 1) }
    }
    @Suite struct SkippedSuite {
      @Test(.disabled("not now")) func skipped() {}
    }
    @Suite struct KnownSuite {
      @Test func known() { withKnownIssue("old bug") { #expect(Bool(false)) } }
    }
    @Suite struct CrashingSuite {
      @Test func crashes() async throws {
        try await Task.sleep(nanoseconds: 100_000_000)
        fatalError("on purpose")
      }
      @Test func bystander() async throws { try await Task.sleep(nanoseconds: 300_000_000) }
    }
    @Suite struct EndingSuite {
      @Test func exitsZero() { exit(0) }
      @Test func hangs() async throws { try await Task.sleep(nanoseconds: 600_000_000_000) }
    }
    """#
}
