import Foundation
import Generators
import QuenchSuites
import Testing

@testable import QuenchEvidence

@Suite("Verdict statement")
struct VerdictStatementTests {
  private func object(_ payload: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: payload) as? [String: Any])
  }

  /// The passing example with one text replaced by another, which has to be there.
  private func altered(_ text: String, _ other: String) throws -> Data {
    let payload = String(decoding: try StatementExamples.passed.payload(), as: UTF8.self)
    try #require(payload.contains(text), "\(text)")
    return Data(payload.replacing(text, with: other).utf8)
  }

  @Test("Any verdict survives being stated and read", arguments: [3, 31, 2027] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<200 {
      var verdict = generator.verdict()
      verdict.revision = String(repeating: "a", count: 40)
      verdict.tree = String(repeating: "b", count: 40)
      verdict.build?.digest = String(repeating: "c", count: 64)
      for index in verdict.suites.indices { verdict.suites[index].name += "\(index)" }
      let statement = VerdictStatement(verdict)
      let payload = try statement.payload()
      #expect(!payload.contains(UInt8(ascii: "\n")))
      #expect(try VerdictStatement(payload: payload) == statement, "seed \(seed), round \(round)")
      #expect(try VerdictStatement(payload: payload).payload() == payload)
      #expect(statement.result == verdict.result)
    }
  }

  @Test("Only PASSED is PASSED to who reads no annotations", arguments: Outcome.allCases)
  func words(_ outcome: Outcome) throws {
    let test = TestResult(id: "a", framework: .command, result: outcome == .passed ? .passed : .failed)
    let statement = VerdictStatement(
      Verdict(
        service: "orders", revision: StatementExamples.revision, tree: StatementExamples.tree,
        started: StatementExamples.started,
        suites: [SuiteResult(name: "api", result: outcome, durationSeconds: 1, tests: [test])]))
    let predicate = try #require(try object(statement.payload())["predicate"] as? [String: Any])
    #expect(predicate["result"] as? String == (outcome == .passed ? "PASSED" : "FAILED"))
    #expect((predicate["annotations"] as? [String: Any])?["result"] as? String == outcome.rawValue)
    let suite = try #require((predicate["configuration"] as? [[String: Any]])?.first)
    #expect((suite["annotations"] as? [String: Any])?["result"] as? String == outcome.rawValue)
  }

  @Test("Names of tests are bounded, and what is left out is counted")
  func bounds() throws {
    let tests = (0..<1000).map {
      TestResult(id: "t\($0)" + String(repeating: "é", count: 999), framework: .xctest, result: .passed)
    }
    let verdict = Verdict(
      service: "orders", revision: StatementExamples.revision, tree: StatementExamples.tree,
      started: StatementExamples.started,
      suites: [SuiteResult(name: "api", result: .passed, durationSeconds: 1, tests: tests)])
    let statement = VerdictStatement(verdict)
    #expect(statement.passedTests.names.count == VerdictStatement.mostNames)
    #expect(statement.passedTests.omitted == 1000 - VerdictStatement.mostNames)
    #expect(statement.passedTests.names.allSatisfy { $0.count <= 240 })
    #expect(statement.suites[0].passed == 1000)
    let payload = try statement.payload()
    #expect(try VerdictStatement(payload: payload) == statement)
    #expect(payload.count < 200_000)
  }

  @Test("The flake rate is the share of runs that did not pass, of a suite that can pass")
  func flakeRate() throws {
    let suite = try #require(StatementExamples.inconclusive.suites.first)
    #expect(suite.runs == 3 && suite.passedRuns == 2)
    #expect(abs(suite.flakeRate - 1.0 / 3) < 1e-9)
    #expect(StatementExamples.passed.suites[0].flakeRate == 0)
    #expect(StatementExamples.passed.suites[0].flakyTests.map(\.test) == ["OrderTests/create()"])
  }

  @Test("Keys that a later version added are ignored")
  func addedKeys() throws {
    let payload = try altered(#""isolation":"#, #""weather":{"rain":[1]},"isolation":"#)
    #expect(try VerdictStatement(payload: payload) == StatementExamples.passed)
  }

  @Test(
    "A statement that contradicts itself, or is another, is refused",
    arguments: [
      (#""predicate":{"annotations":{"build""#, #""predicate":{"annotations":{"bild""#),
      (#""passedTests""#, #""result":"FAILED","passedTests""#),
      (#""_type":"https://in-toto.io/Statement/v1""#, #""_type":"https://in-toto.io/Statement/v2""#),
      ("test-result/v0.1", "test-result/v0.2"), ("quench.attestation/v1", "quench.attestation/v2"),
      (StatementExamples.revision, "HEAD"), (StatementExamples.tree, StatementExamples.tree.uppercased()),
      ("gitTree", "gitBlob"), (StatementExamples.digest, "b2"), (#""name":"smoke""#, #""name":"api""#),
    ])
  func refused(_ text: String, _ other: String) throws {
    let error = #expect(throws: EvidenceError.self) { try VerdictStatement(payload: try altered(text, other)) }
    #expect(error?.code == .statementMalformed)
  }

  @Test("The word of the whole and those of the suites have to agree")
  func contradiction() throws {
    var statement = StatementExamples.passed
    statement.suites[0].result = .failed
    #expect(throws: EvidenceError.self) { try VerdictStatement(payload: try statement.payload()) }
    statement.suites = []
    #expect(throws: EvidenceError.self) { try VerdictStatement(payload: try statement.payload()) }
  }

  @Test("No damage ends the readers of statements", arguments: [5, 55] as [UInt64])
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for (_, payload) in try StatementExamples.all {
      let text = String(decoding: payload, as: UTF8.self)
      for _ in 0..<1500 {
        let damaged = Data(generator.damaged(text))
        _ = try? VerdictStatement(payload: damaged)
        _ = try? BuildStatement(payload: damaged)
        _ = try? DecisionStatement(payload: damaged)
      }
    }
  }
}
