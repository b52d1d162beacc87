import QuenchEvidence
import QuenchGit
import Testing

@testable import QuenchVerification

@Suite("Where tests come from")
struct TestSourceTests {
  @Test("Tests of the revision have its definition whatever the revision is")
  func subject() throws {
    let one = TestSource.subject(try .example("1", tree: "2")), other = TestSource.subject(try .example("3", tree: "4"))
    #expect(one.definition == other.definition && one.definition == .revision)
    #expect(one.kind == other.kind)
  }

  @Test("Tests from elsewhere are told by their tree, and not by the commit that has it")
  func elsewhere() throws {
    let pinned = TestSource.pinned(try .example("1", tree: "2"))
    #expect(pinned.definition == TestSource.pinned(try .example("3", tree: "2")).definition)
    #expect(pinned.definition != TestSource.pinned(try .example("1", tree: "5")).definition)
    let working = TestSource.workingTree(try .example("1", tree: "2"))
    #expect(pinned.definition != working.definition && pinned.kind != working.kind)
    #expect(working.definition == .workingTree(tree: pinned.revision.tree.description))
  }
}
