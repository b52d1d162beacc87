import Foundation
import QuenchEvidence
import Testing

@Suite("Golden statements")
struct GoldenStatementTests {
  @Test("Statements are written as their golden files, to the byte, and read back")
  func statements() throws {
    for (name, payload) in try StatementExamples.all {
      let golden = try Fixture.data(name, in: "evidence")
      #expect(String(decoding: payload, as: UTF8.self) == String(decoding: golden, as: UTF8.self), "\(name)")
    }
    let passed = try Fixture.data("verdict-passed.json", in: "evidence")
    #expect(try VerdictStatement(payload: passed) == StatementExamples.passed)
    let inconclusive = try Fixture.data("verdict-inconclusive.json", in: "evidence")
    #expect(try VerdictStatement(payload: inconclusive) == StatementExamples.inconclusive)
    #expect(try BuildStatement(payload: try Fixture.data("build.json", in: "evidence")) == StatementExamples.build)
    #expect(
      try DecisionStatement(payload: try Fixture.data("decision.json", in: "evidence")) == StatementExamples.decision)
  }

  @Test("The golden envelope holds under the key of RFC 8410")
  func envelope() throws {
    let envelope = try Envelope(decoding: try Fixture.data("envelope.json", in: "evidence"))
    let verified = try envelope.verified(by: [try ExampleKey.signing.publicKey])
    #expect(try SignedStatement(verified) == .verdict(StatementExamples.passed))
    #if os(Linux)
      // Elsewhere the library's signatures are not the same twice.
      let line = try Envelope(signing: try StatementExamples.passed.payload(), with: [ExampleKey.signing]).encoded()
      #expect(line == (try Fixture.data("envelope.json", in: "evidence")))
    #endif
  }
}
