import Foundation
import QuenchEvidence
import Testing

@Suite("Evidence question")
struct EvidenceQuestionTests {
  private let key = SigningKey()
  private var question: EvidenceQuestion {
    EvidenceQuestion(
      revision: StatementExamples.revision, tree: StatementExamples.tree, service: "orders",
      trusted: [key.publicKey])
  }

  private func envelope(_ statement: VerdictStatement = StatementExamples.passed, by signer: SigningKey? = nil) throws
    -> Envelope
  {
    try Envelope(signing: try statement.payload(), with: [signer ?? key])
  }

  private func altered(_ envelope: Envelope, _ text: String, _ other: String) throws -> Envelope {
    let line = String(decoding: try envelope.encoded(), as: UTF8.self)
    try #require(line.contains(text))
    return try Envelope(decoding: Data(line.replacing(text, with: other).utf8))
  }

  @Test("Signed by a trusted key and about the revision, it holds")
  func holds() throws {
    let finding = question.finding(of: try envelope())
    #expect(finding.refusal == nil)
    #expect(finding.signers == [key.id])
    #expect(finding.statement == .verdict(StatementExamples.passed))
  }

  @Test("A verdict counts for another commit with the same tree")
  func sameTree() throws {
    var other = question
    other.revision = String(repeating: "a", count: 40)
    #expect(other.finding(of: try envelope()).refusal == nil)
  }

  @Test("An altered payload, an altered signature and a foreign key have reasons of their own")
  func signatures() throws {
    let payload = try StatementExamples.passed.payload().base64EncodedString()
    var failed = StatementExamples.passed
    failed.isolation = "none"
    let other = try failed.payload().base64EncodedString()
    let moved = try altered(try envelope(), payload, other)
    #expect(question.finding(of: moved).refusal?.code == .signatureInvalid)
    // Beside the statement that the signature was made for, it is clear where it comes from.
    #expect(question.finding(of: moved, among: [moved, try envelope()]).refusal?.code == .signatureElsewhere)
    let signature = try #require(try envelope().signatures[0].bytes)
    var bytes = [UInt8](signature)
    bytes[5] ^= 1
    let bent = try altered(
      try envelope(), signature.base64EncodedString(), Data(bytes).base64EncodedString())
    #expect(question.finding(of: bent).refusal?.code == .signatureInvalid)
    let cut = try altered(try envelope(), signature.base64EncodedString(), "AAAA")
    #expect(question.finding(of: cut).refusal?.code == .signatureMalformed)
    let foreign = try envelope(by: SigningKey())
    #expect(question.finding(of: foreign).refusal?.code == .signerUnknown)
    #expect(question.finding(of: foreign).statement == .verdict(StatementExamples.passed), "to be shown all the same")
    #expect(question.finding(of: foreign).signers.isEmpty)
  }

  @Test("Replayed for another tree or another service, it is refused by what it is about")
  func replays() throws {
    var tree = question
    tree.tree = String(repeating: "c", count: 40)
    let refusal = tree.finding(of: try envelope()).refusal
    #expect(refusal?.code == .subjectMismatch)
    #expect(refusal?.message.contains(StatementExamples.tree.prefix(7)) == true)
    var service = question
    service.service = "users"
    #expect(service.finding(of: try envelope()).refusal?.code == .serviceMismatch)
  }

  @Test("A statement that gives a commit a tree which is not its own is refused")
  func wrongTreeOfCommit() throws {
    var statement = StatementExamples.passed
    statement.revision = String(repeating: "a", count: 40)
    let refusal = question.finding(of: try envelope(statement)) { _ in String(repeating: "d", count: 40) }.refusal
    #expect(refusal?.code == .subjectMismatch)
    #expect(question.finding(of: try envelope(statement)) { _ in StatementExamples.tree }.refusal == nil)
  }

  @Test("What is signed but no statement, or of another kind, is no evidence")
  func otherPayloads() throws {
    let text = try Envelope(signing: Data("{}".utf8), with: [key])
    #expect(question.finding(of: text).refusal?.code == .statementMalformed)
    let typed = try Envelope(signing: try StatementExamples.passed.payload(), type: "text/plain", with: [key])
    #expect(question.finding(of: typed).refusal?.code == .statementMalformed)
    let foreign = #"{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://example.org/x","subject":[]}"#
    #expect(
      question.finding(of: try Envelope(signing: Data(foreign.utf8), with: [key])).refusal?.code == .statementMalformed)
  }
}
