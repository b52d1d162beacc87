import Foundation
import QuenchEvidence
import QuenchSuites

/// The statements that the golden files pin.
enum StatementExamples {
  static let revision = "1f0c5e2c0d1f6f5f2a2d4f9b6a7c8d9e0f1a2b3c"
  static let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
  static let started = Date(timeIntervalSince1970: 1_790_000_000)
  static let digest = String(repeating: "b2", count: 32)

  private static let definitions: [String: SuiteDefinitionContent] = [
    "api": SuiteDefinitionContent(
      service: "orders", kind: .swiftTest, package: ".", filter: "APITests",
      testsFrom: .pinned(tree: "9a8b7c6d5e4f30211203f4e5d6c7b8a990817263"), shards: 2, environment: ["LOG": "debug"]),
    "smoke": SuiteDefinitionContent(service: "orders", kind: .command, command: "./smoke.sh"),
  ]

  private static func verdict(_ suites: [SuiteResult]) -> Verdict {
    Verdict(
      service: "orders", revision: revision, tree: tree, started: started,
      build: VerifiedBuild(
        key: String(repeating: "a1", count: 32), digest: digest, cached: true, mode: "clean",
        platform: "linux amd64, glibc 2.36", toolchain: ["swift": "Swift version 6.3.1"]),
      serviceDefinition: String(repeating: "e5", count: 32), suites: suites,
      suiteDefinitions: definitions.mapValues { SuiteDefinitionDigest(of: $0).hex },
      suiteDescriptions: definitions.mapValues(SuiteDescription.init),
      instances: [
        VerifiedInstance(id: "hot-1", port: 40001, revision: revision),
        VerifiedInstance(id: "hot-2", port: 40002, revision: revision),
      ],
      timings: Timings(total: 6.125), isolation: "landlock-7",
      flakiness: [TestFlakiness(suite: "api", test: "OrderTests/create()", runs: 3, failures: 1)])
  }

  static let passed = VerdictStatement(
    verdict([
      SuiteResult(
        name: "api", result: .passed, durationSeconds: 2.5,
        tests: [
          TestResult(id: "OrderTests/create()", framework: .swiftTesting, result: .passed),
          TestResult(id: "OrderTests/list()", framework: .swiftTesting, result: .knownIssue),
          TestResult(id: "LegacyTests/testImport", framework: .xctest, result: .skipped),
        ]),
      SuiteResult(
        name: "smoke", result: .passed, durationSeconds: 0.75,
        tests: [TestResult(id: "smoke", framework: .command, result: .passed)]),
    ]))

  static let inconclusive = VerdictStatement(
    verdict([
      SuiteResult(
        name: "api", result: .inconclusive, durationSeconds: 0.5, reason: "no test matched the filter", tests: [],
        runs: [.passed, .inconclusive, .passed])
    ]))

  static let build = BuildStatement(
    service: "orders", revision: revision, tree: tree, key: String(repeating: "a1", count: 32), digest: digest,
    recipe: BuildStatement.Recipe(
      command: "swift build -c release --product orders", outputs: [".build/release/orders"], secrets: ["TOKEN"],
      mode: "clean"),
    platform: "linux amd64, glibc 2.36", toolchain: ["swift": "Swift version 6.3.1"], isolation: "landlock-7",
    builderVersion: "0.1.0", invocation: "0f0e0d0c", started: started, finished: started.addingTimeInterval(35),
    logDigest: String(repeating: "c3", count: 32))

  static let decision = DecisionStatement(
    service: "orders", revision: revision, tree: tree, digest: digest, isAllowed: true,
    reasons: [DecisionStatement.Reason(rule: "suites", ok: true, detail: "api and smoke PASSED")], decided: started,
    verifierVersion: "0.1.0", policyDigest: String(repeating: "d4", count: 32),
    inputs: [
      DecisionStatement.Input(digest: String(repeating: "f6", count: 32), place: "refs/notes/quench@\(revision)")
    ])

  /// Each golden file with the payload it holds.
  static var all: [(name: String, payload: Data)] {
    get throws {
      [
        ("verdict-passed.json", try passed.payload()), ("verdict-inconclusive.json", try inconclusive.payload()),
        ("build.json", try build.payload()), ("decision.json", try decision.payload()),
      ]
    }
  }
}
