import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites
import Testing

@Suite("Golden documents")
struct GoldenDocumentTests {
  private static let passed = Verdict(
    service: "orders", revision: "1f0c5e2c0d1f6f5f2a2d4f9b6a7c8d9e0f1a2b3c",
    tree: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", started: Date(timeIntervalSince1970: 1_790_000_000),
    build: VerifiedBuild(
      key: String(repeating: "a1", count: 32), digest: String(repeating: "b2", count: 32), cached: true),
    serviceDefinition: String(repeating: "e5", count: 32),
    suites: [
      SuiteResult(
        name: "api", result: .passed, durationSeconds: 2.5,
        tests: [
          TestResult(
            id: "APITests.OrderTests/create()", framework: .swiftTesting, result: .passed, durationSeconds: 0.25),
          TestResult(
            id: "APITests.OrderTests/list()", framework: .swiftTesting, result: .knownIssue, durationSeconds: 0.5,
            message: "totals are rounded", file: "Tests/APITests/OrderTests.swift", line: 41),
          TestResult(
            id: "APITests.LegacyTests/testImport", framework: .xctest, result: .skipped, message: "needs a printer"),
        ], runs: [.passed, .passed]),
      SuiteResult(
        name: "smoke", result: .passed, durationSeconds: 0.75,
        tests: [TestResult(id: "smoke", framework: .command, result: .passed, durationSeconds: 0.75)]),
    ],
    suiteDefinitions: ["api": String(repeating: "c3", count: 32), "smoke": String(repeating: "d4", count: 32)],
    instances: [
      VerifiedInstance(id: "hot-1", port: 40001, revision: "1f0c5e2c0d1f6f5f2a2d4f9b6a7c8d9e0f1a2b3c"),
      VerifiedInstance(id: "hot-2", port: 40002, revision: "1f0c5e2c0d1f6f5f2a2d4f9b6a7c8d9e0f1a2b3c"),
    ],
    rolledBackTo: "9a8b7c6d5e4f30211203f4e5d6c7b8a990817263",
    timings: Timings(checkout: 0.125, build: 0.5, deploy: 1.5, suites: 3.25, rollback: 0.75, total: 6.125),
    isolation: "landlock 7", attestation: "refs/notes/quench",
    flakiness: [TestFlakiness(suite: "api", test: "APITests.OrderTests/create()", runs: 5, failures: 0)],
    leftBehind: ["the data of hot-2"])

  private static let failed = Verdict(
    service: "orders", revision: "1f0c5e2c0d1f6f5f2a2d4f9b6a7c8d9e0f1a2b3c",
    tree: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", started: Date(timeIntervalSince1970: 1_790_000_000),
    build: VerifiedBuild(
      key: String(repeating: "a1", count: 32), digest: String(repeating: "b2", count: 32), cached: false),
    suites: [
      SuiteResult(
        name: "api", result: .failed, durationSeconds: 2,
        tests: [
          TestResult(
            id: "APITests.OrderTests/create()", framework: .swiftTesting, result: .failed, durationSeconds: 0.25,
            message: "Expectation failed: (status → 500) == 201", file: "Tests/APITests/OrderTests.swift", line: 17),
          TestResult(id: "APITests.LegacyTests/testCrash", framework: .xctest, result: .crashed),
        ]),
      SuiteResult(
        name: "unit", result: .inconclusive, durationSeconds: 0, reason: "no test matched the filter UnitTests",
        tests: []),
    ])

  private static let unbuilt = Verdict(
    service: "orders", revision: "1f0c5e2c0d1f6f5f2a2d4f9b6a7c8d9e0f1a2b3c",
    tree: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", started: Date(timeIntervalSince1970: 1_790_000_000),
    hindrance: Hindrance(.build, "swift build -c release --product orders exited with 1"))

  static let examples: [(name: String, verdict: Verdict)] = [
    ("verdict-passed.json", passed), ("verdict-failed.json", failed), ("verdict-error.json", unbuilt),
  ]

  @Test("A verdict is written as its golden file and read back", arguments: examples)
  func verdict(name: String, verdict: Verdict) throws {
    let golden = try Fixture.data(name)
    let document = VerdictDocument(verdict)
    let written = try document.encoded(indented: true)
    #expect(String(decoding: written, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
    #expect(try VerdictDocument(decoding: golden) == document)
    #expect(try VerdictDocument(decoding: golden).verdict == verdict)
    #expect(try VerdictDocument(decoding: golden).result == verdict.result)
  }

  @Test("Several verdicts are written as their golden file and read back")
  func verdicts() throws {
    let golden = try Fixture.data("verdicts.json")
    let document = VerdictsDocument(
      [VerdictDocument(Self.unbuilt), VerdictDocument(Self.failed, cached: true)],
      notVerified: [Self.passed.revision])
    let written = try document.encoded(indented: true)
    #expect(String(decoding: written, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
    #expect(try VerdictsDocument(decoding: golden) == document)
  }

  @Test("An error is written as its golden file and read back")
  func error() throws {
    let golden = try Fixture.data("error.json")
    let cause = EvidenceError(.documentUnreadable, "this is not a quench.verdict/v1 document", remedy: "quench verify")
    let document = ErrorDocument(EvidenceError(.schemaUnknown, "cannot read /tmp/verdict.json", cause: cause))
    let written = try document.encoded(indented: true)
    #expect(String(decoding: written, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
    #expect(try ErrorDocument(decoding: golden) == document)
  }
}
