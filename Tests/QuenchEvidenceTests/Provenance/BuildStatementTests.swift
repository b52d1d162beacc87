import Foundation
import QuenchEvidence
import Testing

@Suite("Build statement")
struct BuildStatementTests {
  @Test("What is not known is left out, and read as not known")
  func unknown() throws {
    var build = StatementExamples.build
    build.started = nil
    build.finished = nil
    build.logDigest = nil
    build.recipe.command = nil
    let text = String(decoding: try build.payload(), as: UTF8.self)
    #expect(!text.contains("null") && !text.contains("byproducts") && !text.contains("startedOn"))
    #expect(try BuildStatement(payload: Data(text.utf8)) == build)
  }

  @Test("Builders that confine and those that do not are different ones")
  func builder() throws {
    var build = StatementExamples.build
    build.isolation = "none"
    let text = String(decoding: try build.payload(), as: UTF8.self)
    #expect(text.contains("urn:quench:builder:unconfined"))
    let claimed = Data(text.replacing("builder:unconfined", with: "builder:confined").utf8)
    #expect(throws: EvidenceError.self) { try BuildStatement(payload: claimed) }
  }

  @Test("A build of another type is not taken for one of Quench's")
  func otherType() throws {
    let text = String(decoding: try StatementExamples.build.payload(), as: UTF8.self)
    let error = #expect(throws: EvidenceError.self) {
      try BuildStatement(payload: Data(text.replacing("urn:quench:build:v1", with: "https://example.org/make").utf8))
    }
    #expect(error?.code == .statementMalformed)
  }
}
