import Foundation
import SystemPackage
import Testing

/// `swift-test` suites: XCTest and Swift Testing told apart and together, and nothing passed by silence.
@Suite(.serialized, .swiftWorld)
struct SwiftSuiteTests {
  private func suite(_ name: String) async throws -> JSONValue {
    let suite = try await SwiftWorld.current.verdict().json["suites"].named(name)
    try #require(suite != .null, "there is no suite \(name)")
    return suite
  }

  private func test(_ fragment: String, of suite: JSONValue) throws -> JSONValue {
    let ids = suite["tests"].array.compactMap(\.["id"].string)
    return try #require(suite["tests"].array.first { $0["id"].string?.contains(fragment) == true }, "\(ids)")
  }

  @Test func worstSuiteCountsAndEverySuiteIsThere() async throws {
    let answer = try await SwiftWorld.current.verdict()
    #expect(answer.status == 1, "\(answer.outcome.stderr)")
    #expect(answer.json["result"].string == "FAILED")
    #expect(
      answer.json["suites"].array.compactMap(\.["name"].string).sorted() == SwiftWorld.suites.map(\.name).sorted())
  }

  @Test func bothFrameworksPassTogether() async throws {
    let suite = try await suite("both")
    #expect(suite["result"].string == "PASSED", "\(suite)")
    #expect(suite["passed"].number == 2)
    #expect(suite["failed"].number == 0)
    #expect(suite["skipped"].number == 2, "one of each framework")
    #expect(try test("reachesAnInstance", of: suite)["framework"].string == "swift-testing")
    #expect(try test("testReachesAnInstance", of: suite)["framework"].string == "xctest")
    let skip = try test("testSkips", of: suite)
    #expect(skip["result"].string == "SKIPPED")
    #expect(skip["message"].string?.contains("no printer") == true, "\(skip)")
    #expect(try test("sleepsIn", of: suite)["result"].string == "SKIPPED")
  }

  @Test func failedXCTestHasFileLineAndMessage() async throws {
    let suite = try await suite("xctest")
    #expect(suite["result"].string == "FAILED")
    #expect(suite["failed"].number == 1 && suite["passed"].number == 1, "\(suite)")
    let test = try test("testAddsUp", of: suite)
    #expect(test["framework"].string == "xctest")
    #expect(test["result"].string == "FAILED")
    #expect(test["message"].string?.contains("sums are off") == true, "\(test)")
    #expect(test["file"].string?.hasSuffix("XCTests.swift") == true)
    #expect(test["line"].number == 10)
  }

  @Test func failedSwiftTestingTestHasFileLineAndMessage() async throws {
    let suite = try await suite("testing")
    #expect(suite["result"].string == "FAILED")
    #expect(suite["failed"].number == 1 && suite["passed"].number == 1, "\(suite)")
    let test = try test("addsUp", of: suite)
    #expect(test["framework"].string == "swift-testing")
    #expect(test["message"].string?.contains("sums are off") == true, "\(test)")
    #expect(test["file"].string?.hasSuffix("TestingTests.swift") == true)
    #expect(test["line"].number == 13)
  }

  @Test(arguments: ["skipped-testing", "skipped-xctest", "nothing"])
  func silenceIsInconclusive(name: String) async throws {
    let suite = try await suite(name)
    #expect(suite["result"].string == "INCONCLUSIVE", "\(suite)")
    #expect(suite["passed"].number == 0)
  }

  @Test(arguments: ["crash-testing", "crash-xctest", "exit"])
  func crashIsNeverAPass(name: String) async throws {
    let suite = try await suite(name)
    #expect(["FAILED", "ERROR", "INCONCLUSIVE"].contains(suite["result"].string), "\(suite)")
    #expect(suite["passed"].number == 0)
  }

  @Test(arguments: [("crash-testing", "crashes"), ("crash-xctest", "testCrashes")])
  func crashedTestIsNamed(name: String, test: String) async throws {
    let suite = try await suite(name)
    #expect(try self.test(test, of: suite)["result"].string == "CRASHED", "\(suite)")
  }

  @Test(arguments: [("hang-testing", "hangs"), ("hang-xctest", "testHangs")])
  func hangingTestTimesOut(name: String, test: String) async throws {
    let suite = try await suite(name)
    #expect(["FAILED", "ERROR", "INCONCLUSIVE"].contains(suite["result"].string), "\(suite)")
    #expect(try self.test(test, of: suite)["result"].string == "TIMED_OUT", "\(suite)")
    #expect((suite["duration_seconds"].number ?? 0) < 30)
  }

  @Test func knownIssueIsToldApart() async throws {
    let suite = try await suite("known")
    #expect(suite["known_issues"].number == 1, "\(suite)")
    #expect(suite["failed"].number == 0)
    #expect(try test("known", of: suite)["result"].string == "KNOWN_ISSUE")
  }

  @Test func failingArgumentIsNamed() async throws {
    let suite = try await suite("cases")
    #expect(suite["result"].string == "FAILED")
    let test = try test("small", of: suite)
    #expect(test["message"].string?.contains("99") == true, "\(test)")
  }

  @Test func shardsRunEveryTestOnce() async throws {
    let suite = try await suite("shards")
    #expect(suite["result"].string == "PASSED", "\(suite)")
    #expect(suite["passed"].number == 4, "\(suite)")
    #expect(Set(suite["tests"].array.compactMap(\.["id"].string)).count == 4)
  }

  @Test func nothingIsLeftRunning() async throws {
    let world = try SwiftWorld.current.world
    _ = try await SwiftWorld.current.verdict()
    try await world.expectNothingRunning()
  }

  @Test func testsMayComeFromTheWorkingTreeOrAnotherRevision() async throws {
    // In the working tree the failing test is mended; in another revision it is still wrong.
    let world = try SwiftWorld.current.world
    _ = try await SwiftWorld.current.verdict()
    try await world.git("tag", "before")
    let file = "Checks/Tests/ChecksTests/TestingTests.swift"
    let text = try world.read(world.repository.pushing(FilePath("quench.yml")))
    func configuration(_ from: String) throws -> String {
      let head = try #require(text.range(of: "suites:\n"))
      let rest = try #require(text.range(of: "hot:"))
      return text[..<head.upperBound]
        + "  testing:\n    swift-test: { package: Checks, filter: 'BadTests', tests-from: \(from) }\n"
        + text[rest.lowerBound...]
    }
    try world.replace("1 + 1 == 3", by: "1 + 1 == 2", in: file)
    try world.write("quench.yml", try configuration("working-tree"))
    let mended = try await world.ask("verify", "before")
    #expect(mended.status == 0, "\(mended.outcome)")
    try await world.commit("Mend the sum")
    try world.write("quench.yml", try configuration("before"))
    let named = try await world.ask("verify", "HEAD")
    #expect(named.status == 1, "the tests of the tag are still wrong: \(named.outcome)")
  }

  @Test func testsThatAreBuiltWithTheCodeTheyTestAreTheRevisions() async throws {
    let world = try SwiftWorld.current.world
    _ = try await SwiftWorld.current.verdict()
    try world.write(
      "Unit/Package.swift",
      """
      // swift-tools-version: 6.0
      import PackageDescription
      let tests: [Target] = [.testTarget(name: "SumTests", dependencies: ["Sum"])]
      let package = Package(name: "Unit", targets: tests + [.target(
        // Not what a look at the text alone would find.
        name: "Sum")])

      """)
    try world.write("Unit/Sources/Sum/Sum.swift", "public let two = 1 + 1\n")
    try world.write(
      "Unit/Tests/SumTests/SumTests.swift", "import Sum\nimport Testing\n@Test func two() { #expect(Sum.two == 2) }\n")
    try world.write("quench.yml", GreeterConfiguration(suites: []).text)
    try world.replace(
      "suites:\n", by: "suites:\n  unit: { swift-test: { package: Unit, tests-from: right }, instances: none }\n",
      in: "quench.yml")
    let right = try await world.commit("Add up")
    try await world.git("tag", "right")
    try world.write("Unit/Sources/Sum/Sum.swift", "public let two = 1 + 2\n")
    let wrong = try await world.commit("Add up wrongly")
    let answer = try await world.ask("verify", wrong)
    #expect(answer.status == 1, "the code is the revision's: \(answer.outcome)")
    #expect(answer.outcome.stderr.contains("the tests of unit are the revision's"), "it is told: \(answer.outcome)")
    #expect(try await world.ask("verify", right).status == 0)
  }
}
