import Foundation
import Generators
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites
import Testing

@Suite("Documents")
struct DocumentTests {
  private func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("Any verdict survives being written and read", arguments: [11, 23, 2026] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // JSON can hold what a database's texts cannot.
    generator.alphabet.append("\u{0}")
    for round in 0..<200 {
      let verdict = generator.verdict()
      let document = VerdictDocument(verdict, cached: round.isMultiple(of: 2))
      let line = try document.encoded()
      #expect(!line.contains(UInt8(ascii: "\n")), "seed \(seed), round \(round)")
      #expect(try VerdictDocument(decoding: line) == document, "seed \(seed), round \(round)")
      #expect(try VerdictDocument(decoding: line).verdict.result == verdict.result, "seed \(seed), round \(round)")
      #expect(try VerdictDocument(decoding: line).verdict == verdict, "seed \(seed), round \(round)")
    }
  }

  @Test("Every documented key is there, null where nothing is known")
  func nullKeys() throws {
    let test = TestResult(id: "a", framework: .xctest, result: .crashed)
    let verdict = Verdict(
      service: "orders", revision: "r", tree: "t", started: Date(),
      suites: [SuiteResult(name: "api", result: .failed, durationSeconds: 1, tests: [test])])
    let document = try object(VerdictDocument(verdict).encoded())
    for key in ["build", "rolled_back_to", "attestation", "reason", "flakiness", "left_behind"] {
      #expect(document[key] is NSNull, "\(key)")
    }
    let suites = try #require(document["suites"] as? [[String: Any]])
    #expect(
      Set(suites[0].keys) == [
        "name", "result", "passed", "failed", "skipped", "known_issues", "duration_seconds", "reason", "tests", "runs",
      ])
    let tests = try #require(suites[0]["tests"] as? [[String: Any]])
    #expect(Set(tests[0].keys) == ["id", "framework", "result", "duration_seconds", "message", "file", "line"])
    for key in ["duration_seconds", "message", "file", "line"] { #expect(tests[0][key] is NSNull, "\(key)") }
  }

  @Test("Keys that a later version added are ignored")
  func addedKeys() throws {
    let document = VerdictDocument(Verdict(service: "orders", revision: "r", tree: "t", started: Date()))
    var keys = try object(document.encoded())
    keys["weather"] = ["rain": true]
    #expect(try VerdictDocument(decoding: JSONSerialization.data(withJSONObject: keys)) == document)
  }

  @Test("A document of another schema is refused by name")
  func otherSchema() throws {
    let error = #expect(throws: EvidenceError.self) {
      try VerdictDocument(decoding: Data(#"{"schema":"quench.verdict/v2"}"#.utf8))
    }
    #expect(error?.code == .schemaUnknown)
    #expect(error?.message.contains("quench.verdict/v2") == true)
    #expect(error?.remedy?.contains("quench.verdict/v2") == true)
    #expect(error?.exitStatus == .error)
  }

  @Test(
    "What is no document is refused",
    arguments: ["", "PASSED", "[]", "{}", #"{"schema":1}"#, #"{"schema":"quench.verdict/v1"}"#])
  func unreadable(_ text: String) throws {
    let error = #expect(throws: EvidenceError.self) { try VerdictDocument(decoding: Data(text.utf8)) }
    #expect(error?.code == .documentUnreadable)
  }

  @Test("No cut of a document is taken for a whole one")
  func truncated() throws {
    let data = try Fixture.data("verdict-passed.json")
    for length in stride(from: 0, to: data.count, by: 7) {
      #expect(throws: EvidenceError.self, "\(length) bytes") { try VerdictDocument(decoding: data.prefix(length)) }
    }
  }

  @Test("A duration that is not a number cannot be written")
  func notANumber() {
    var verdict = Verdict(service: "orders", revision: "r", tree: "t", started: Date())
    verdict.timings.total = .nan
    let error = #expect(throws: EvidenceError.self) { try VerdictDocument(verdict).encoded() }
    #expect(error?.code == .documentUnwritable)
  }

  @Test("An error that is no diagnostic is written down as unexpected")
  func unexpectedError() throws {
    let document = ErrorDocument(CancellationError())
    #expect(document.code == "unexpected")
    #expect(document.remedy == nil)
    #expect(document.causes.isEmpty)
    #expect(try object(document.encoded())["remedy"] is NSNull)
  }
}
