import Foundation
import QuenchProcesses
import Synchronization
import SystemPackage
import Testing

@testable import QuenchSuites

/// The same tests run by `swift test` itself.
extension SwiftTestSuiteTests {
  @Test(
    arguments: [
      ("Healthy", nil), ("AlphaTests", "Failing|Ending|Forging|Writing|Late"),
      ("/test.*s$", "Alpha.*(Ending|Forging|Late)"),
      ("passes\\(\\)/Beta.swift", nil), ("^BetaTests.(Healthy|Failing)Suite", "numbers"), ("HEALTHY", nil),
    ] as [(String, String?)])
  func filtersMeanWhatTheyMeanToSwiftTest(filter: String, skip: String?) async throws {
    let result = try await result(package.run(filter, skip: skip))
    let lines = Mutex<[String]>([])
    _ = try await swiftTest(filter, skip: skip) { line in lines.withLock { $0.append(line) } }
    let summaries = lines.withLock { $0 }
    let xctest = summaries.compactMap { XCTestSummary($0)?.executed }.last ?? 0
    #expect(result.tests.count { $0.framework == .xctest } == xctest)
    let run = try #require(summaries.last { $0.contains("Test run with ") }).firstMatch(of: /run with (\d+) test/)
    #expect(result.tests.count { $0.framework == .swiftTesting } == run.flatMap { Int($0.1) })
  }

  private func swiftTest(
    _ filter: String, skip: String? = nil, onLine: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> CommandOutcome {
    var arguments = ["swift", "test", "--skip-build", "--filter", filter] + (skip.map { ["--skip", $0] } ?? [])
    arguments += ["--package-path", package.checkout.string, "--scratch-path", package.scratch.string]
    let environment = package.environment(adding: ["QUENCH_BASE_URL": "http://127.0.0.1:1", "OF_THE_SUITE": "yes"])
    return try await package.launcher.run(
      Launch(arguments: arguments, environment: environment, workingDirectory: package.checkout),
      log: package.folder.appending("swift-test-\(UUID().uuidString).log"), onLine: onLine)
  }
}
