import Foundation
import QuenchEvidence
import Testing

@Suite("Decision statement")
struct DecisionStatementTests {
  @Test("A refusal is FAILED, in the result and in the levels")
  func refusal() throws {
    var decision = StatementExamples.decision
    decision.isAllowed = false
    decision.reasons[0].ok = false
    let text = String(decoding: try decision.payload(), as: UTF8.self)
    #expect(text.contains(#""verificationResult":"FAILED","verifiedLevels":["FAILED"]"#))
    #expect(try DecisionStatement(payload: Data(text.utf8)) == decision)
  }

  @Test("A name with any characters makes a URI")
  func resource() throws {
    var decision = StatementExamples.decision
    decision.service = "Bücher & Co/1"
    let text = String(decoding: try decision.payload(), as: UTF8.self)
    #expect(text.contains(#""urn:quench:artifact:B%C3%BCcher%20%26%20Co%2F1:sha256:\#(StatementExamples.digest)""#))
    #expect(try DecisionStatement(payload: Data(text.utf8)) == decision)
  }

  @Test(
    "A decision that contradicts itself is refused",
    arguments: [
      (#""verifiedLevels":["QUENCH_GATED"]"#, #""verifiedLevels":["FAILED"]"#),
      (#""verificationResult":"PASSED""#, #""verificationResult":"FAILED""#), (#""ok":true"#, #""ok":false"#),
      ("urn:quench:gate:v1", "urn:quench:gate:v2"), ("urn:quench:artifact:orders", "urn:quench:artifact:users"),
    ])
  func contradiction(_ text: String, _ other: String) throws {
    let payload = String(decoding: try StatementExamples.decision.payload(), as: UTF8.self)
    try #require(payload.contains(text))
    let error = #expect(throws: EvidenceError.self) {
      try DecisionStatement(payload: Data(payload.replacing(text, with: other).utf8))
    }
    #expect(error?.code == .statementMalformed)
  }
}
