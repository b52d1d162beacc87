import Foundation
import QuenchDiagnostics
import QuenchProcesses
import Synchronization
import SystemPackage
import Testing

@testable import QuenchSuites

@Suite(.samplePackage) struct SwiftTestSuiteTests {
  let package: SamplePackage

  init() throws {
    package = try #require(SamplePackage.current)
  }

  func result(_ run: SuiteRun) async throws -> SuiteResult {
    try await SuiteRunner(launcher: package.launcher).run(run)
  }

  private func test(_ id: String, in result: SuiteResult) throws -> TestResult {
    try #require(result.tests.first { $0.id == id }, "\(result)")
  }

  @Test func bothLibrariesPassTogether() async throws {
    let seen = Mutex<[SuiteProgress]>([])
    let result = try await SuiteRunner(launcher: package.launcher).run(package.run("Healthy")) { progress in
      seen.withLock { $0.append(progress) }
    }
    #expect(result.result == .passed && result.reason == nil)
    #expect(result.passed == 9 && result.tests.count == 9)
    #expect(Set(result.tests.map(\.framework)) == [.xctest, .swiftTesting])
    #expect(result.tests.contains { $0.id == "AlphaTests.HealthyTests/testPrintsWithoutNewline" })
    #expect(result.tests.contains { $0.id == "BetaTests.HealthySuite/allGood(_:)" })
    #expect(result.tests.allSatisfy { $0.durationSeconds != nil })
    let progress = seen.withLock { $0 }
    #expect(progress.count { if case .testStarted = $0 { true } else { false } } == 9)
    let counts = progress.compactMap { if case .testEnded(_, let counts) = $0 { counts.total } else { nil } }
    #expect(counts == Array(1...9))
  }

  @Test func failuresSayWhatAndWhere() async throws {
    let result = try await result(package.run("Failing"))
    #expect(result.result == .failed && result.reason == nil)
    #expect(result.failed == 4 && result.passed == 0)
    let xctest = try test("AlphaTests.FailingTests/testFails", in: result)
    #expect(xctest.message?.contains("(\"1\") is not equal to (\"2\") - one: error: two") == true)
    #expect(xctest.file == "Tests/AlphaTests/Alpha.swift" && (xctest.line ?? 0) > 1)
    let swiftTesting = try test("BetaTests.FailingSuite/fails()", in: result)
    #expect(swiftTesting.message?.hasPrefix("Expectation failed") == true)
    #expect(swiftTesting.file == "Tests/BetaTests/Beta.swift" && (swiftTesting.line ?? 0) > 1)
    let numbers = try test("BetaTests.FailingSuite/numbers(_:)", in: result)
    #expect(numbers.message?.hasPrefix("2 of 4 cases failed") == true)
    #expect(numbers.message?.contains("with 4: ") == true)
  }

  @Test func skippedTestsDoNotPass() async throws {
    let result = try await result(package.run("Skipped"))
    #expect(result.result == .inconclusive && result.reason == "all 3 tests were skipped")
    #expect(result.skipped == 3)
    #expect(try test("AlphaTests.SkippedSetUpTests/testNeverRuns", in: result).message == "no database")
    #expect(try test("BetaTests.SkippedSuite/skipped()", in: result).message == "not now")
  }

  @Test func aFilterThatMatchesNothingDoesNotPass() async throws {
    let result = try await result(package.run("NoSuchTest"))
    #expect(result.result == .inconclusive && result.tests.isEmpty)
    #expect(result.reason == "no test is chosen by filter NoSuchTest")
  }

  @Test func knownIssuesHaveRun() async throws {
    let result = try await result(package.run("KnownSuite"))
    #expect(result.result == .passed && result.knownIssues == 1)
  }

  @Test(arguments: ["ForgesAndExits", "testExitsZero", "EndingSuite/exitsZero"])
  func anExitMidwayIsAnError(filter: String) async throws {
    let result = try await result(package.run(filter))
    #expect(result.result == .error)
    #expect(result.reason?.contains("exited with status 0") == true)
  }

  @Test func aForgedPassIsStillAFailure() async throws {
    let result = try await result(package.run("testForgesAPass"))
    #expect(result.result == .failed)
    #expect(result.tests.map(\.result) == [.failed])
  }

  @Test func aCrashInXCTestNamesTestAndSignal() async throws {
    let result = try await result(package.run("EndingTests/test(Crashes|ZLater)"))
    #expect(result.result == .error)
    let crashed = try test("AlphaTests.EndingTests/testCrashes", in: result)
    #expect(crashed.result == .crashed)
    #expect(crashed.message?.contains("signal") == true && crashed.message?.contains("on purpose") == true)
    #expect(result.reason?.contains("1 tests did not run") == true)
  }

  @Test func aCrashInSwiftTestingNamesTheGuilty() async throws {
    let result = try await result(package.run("CrashingSuite"))
    #expect(result.result == .error)
    #expect(try test("BetaTests.CrashingSuite/crashes()", in: result).result == .crashed)
    let bystander = try test("BetaTests.CrashingSuite/bystander()", in: result)
    #expect(bystander.message?.contains("BetaTests.CrashingSuite/crashes()") == true)
  }

  @Test(arguments: ["LateTests/testHangs", "EndingSuite/hangs"])
  func timeRunsOut(filter: String) async throws {
    let result = try await result(package.run(filter, timeout: .seconds(2)))
    #expect(result.result == .inconclusive)
    #expect(result.tests.map(\.result) == [.timedOut])
    #expect(result.reason?.contains("time ran out while") == true)
    let failed = try await self.result(package.run("\(filter)|FailingTests/testFails", timeout: .seconds(2)))
    #expect(failed.result == .failed, "it had failed before time ran out")
  }

  @Test func shardsRunEveryTestOnce() async throws {
    let whole = try await result(package.run("Healthy"))
    var shards: [SuiteResult] = []
    for index in 0..<3 {
      shards.append(try await result(package.run("Healthy", shard: .init(index: index, count: 3))))
    }
    let merged = SuiteResult.merged(shards)
    #expect(merged.result == .passed)
    #expect(merged.tests.map(\.id).sorted() == whole.tests.map(\.id).sorted())
    #expect(shards.count { !$0.tests.isEmpty } > 1)
    let nowhere = try await result(package.run("NoSuchTest", shard: .init(index: 0, count: 2)))
    #expect(SuiteResult.merged([nowhere, nowhere]).result == .inconclusive)
    await #expect(throws: SuiteError.self) { try await result(package.run(nil, shard: .init(index: 2, count: 2))) }
  }

  @Test func wrongPatternsAreRefused() async {
    let error = await #expect(throws: SuiteError.self) { try await result(package.run("[")) }
    #expect(error?.code == .definitionInvalid && error?.exitStatus == .configuration)
  }

  @Test(.enabled(if: Confinement.version != nil)) func confinedTestsAreReadTheSame() async throws {
    let confinement = Confinement(writable: [package.folder.appending("tmp")], denied: [])
    let healthy = try await result(package.run("Healthy", confinement: confinement))
    #expect(healthy.result == .passed && healthy.tests.count == 9)
    let writing = try await result(package.run("WritingTests", confinement: confinement))
    #expect(writing.result == .failed)
    #expect(!FileManager.default.fileExists(atPath: package.checkout.appending("written-by-test").string))
  }

  @Test func cancellingEndsTheTests() async throws {
    let (started, continuation) = AsyncStream.makeStream(of: Void.self)
    let running = Task {
      try await SuiteRunner(launcher: package.launcher).run(package.run("EndingSuite/hangs")) { progress in
        if case .testStarted = progress { continuation.yield() }
      }
    }
    for await _ in started { break }
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
  }

  @Test func aBuildThatFailsSaysWhyAndOneThatDoesNotRunsWhole() async throws {
    try await withScratchFolder { folder in
      var run = package.run(nil)
      run.checkout = folder.appending("checkout")
      run.scratch = folder.appending("build")
      let runner = SuiteRunner(launcher: package.launcher)
      let missing = await #expect(throws: SuiteError.self) { try await runner.build(run) }
      #expect(missing?.code == .packageMissing)
      let tests = run.checkout.appending("Tests/ATests")
      try FileManager.default.createDirectory(atPath: tests.string, withIntermediateDirectories: true)
      let manifest =
        "// swift-tools-version: 6.0\nimport PackageDescription\n"
        + "let package = Package(name: \"A\", targets: [.testTarget(name: \"ATests\")])\n"
      try Data(manifest.utf8).write(to: URL(fileURLWithPath: run.checkout.appending("Package.swift").string))
      try Data("let x: Int = \"text\"\n".utf8).write(to: URL(fileURLWithPath: tests.appending("A.swift").string))
      let notBuilt = await #expect(throws: SuiteError.self) { try await runner.run(run) }
      #expect(notBuilt?.code == .bundleMissing)
      let failed = await #expect(throws: SuiteError.self) { try await runner.build(run) }
      #expect(failed?.code == .buildFailed)
      #expect(failed?.message.contains("cannot convert value") == true)
      let corrected =
        "import Testing\nimport XCTest\n@Test func free() {}\n"
        + "final class OneTests: XCTestCase { func testOne() {} }\n"
      try Data(corrected.utf8).write(to: URL(fileURLWithPath: tests.appending("A.swift").string))
      try await runner.build(run)
      let whole = try await runner.run(run)
      #expect(whole.result == .passed, "\(whole)")
      #expect(whole.tests.map(\.id) == ["ATests.OneTests/testOne", "ATests.free()"])
      run.definition.kind = .swiftTest(package: ".", product: "APackageTests")
      let named = try await runner.run(run)
      #expect(named.tests.count == 2)
      run.definition.kind = .swiftTest(package: ".", product: "ATests")
      let refused = run
      let strange = await #expect(throws: SuiteError.self) { try await runner.run(refused) }
      #expect(strange?.code == .definitionInvalid && strange?.message.contains("`APackageTests`") == true)
    }
  }

  @Test func aPackageOutsideTheCheckoutIsRefused() async {
    var run = package.run(nil)
    run.definition.kind = .swiftTest(package: "../elsewhere")
    let refused = run
    let error = await #expect(throws: SuiteError.self) { try await result(refused) }
    #expect(error?.code == .packageMissing)
  }
}
