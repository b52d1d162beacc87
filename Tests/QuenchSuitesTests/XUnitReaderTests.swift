import Foundation
import Generators
import SystemPackage
import Testing

@testable import QuenchSuites

@Suite struct XUnitReaderTests {
  private func cases(_ text: String) throws -> [TestResult] { try XUnitReader.cases(in: Data(text.utf8)) }

  @Test func readsWhatTestRunnersWrite() throws {
    let cases = try cases(
      """
      <?xml version="1.0" encoding="utf-8"?><!-- a <comment --> <testsuites><testsuite name="pytest" tests="6">
      <properties><property name="a" value="b"/></properties>
      <testcase classname="tests.test_a" name="test_one" time="0.5" file="tests/test_a.py" line="3"/>
      <testcase classname="tests.test_a" name="test_two"><failure message="assert 1 == 2">def test_two():
      </failure><system-out>noise</system-out></testcase>
      <testcase classname="tests.test_a" name="test_three"><error><![CDATA[<!DOCTYPE html> is ]] fine]]></error></testcase>
      <testcase name="test_four"><skipped type="x" message="later"/></testcase>
      <testcase name="test_five" status="notrun"/>
      <testcase name="test_five" result="failed"/>
      </testsuite></testsuites>
      """)
    #expect(cases.map(\.result) == [.passed, .failed, .failed, .skipped, .skipped, .failed])
    #expect(cases.map(\.id).suffix(3) == ["test_four", "test_five", "test_five#2"])
    #expect(cases[0].durationSeconds == 0.5 && cases[0].file == "tests/test_a.py" && cases[0].line == 3)
    #expect(cases[1].message == "assert 1 == 2")
    #expect(cases[2].message == "<!DOCTYPE html> is ]] fine")
    #expect(cases[3].message == "later")
    #expect(cases.allSatisfy { $0.framework == .command })
  }

  @Test func aSingleSuiteMayBeTheRoot() throws {
    #expect(try cases("<testsuite/>").isEmpty)
    #expect(try cases("\u{FEFF}<testsuite><testcase name='a'/></testsuite>").map(\.id) == ["a"])
  }

  @Test(arguments: [
    "", "   ", "not xml", "<testsuites>", "<testsuites><testcase name='a'></testsuites>", "<html></html>",
    "<!DOCTYPE testsuites [<!ENTITY a 'b'>]><testsuites>&a;</testsuites>",
    "<!-- <a --><!DOCTYPE x SYSTEM 'file:///etc/passwd'><testsuites/>",
    "<testsuites a='1' a='2'/>", "<testsuites a=1/>", "<testsuites a='<'/>", "<testsuites>&amp</testsuites>",
    "<testsuites><testcase><testcase/></testcase></testsuites>", "<testsuites/>text", "<testsuites", "<a>\u{0}</a>",
    "<testsuites><![CDATA[</testsuites>", "+ADw-testsuites/>",
    "<testsuites>&undefined;</testsuites>", "<testsuites/><testsuites/>",
  ])
  func refusesWhatIsNoReport(text: String) {
    let error = #expect(throws: SuiteError.self) { try cases(text) }
    #expect(error?.code == .reportUnreadable)
  }

  @Test func referencesAreResolvedAndBytesThatAreNoTextReplaced() throws {
    let text = "<testsuite><testcase name='&#x41;&#66;&lt;&#xD800;&quot;' classname='m"
    let cases = try XUnitReader.cases(in: Data(text.utf8) + [0xEC, 0xFF] + Data("'/></testsuite>".utf8))
    #expect(cases.map(\.id) == ["m\u{FFFD}\u{FFFD}/AB<\u{FFFD}\""])
  }

  @Test func refusesWhatIsTooDeepOrTooLarge() {
    let depth = XUnitReader.deepestElement + 1
    let deep = "<testsuites>" + String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    #expect(throws: SuiteError.self) { try cases(deep + "</testsuites>") }
    let large = Data(repeating: UInt8(ascii: " "), count: XUnitReader.largestReport + 1)
    #expect(throws: SuiteError.self) { try XUnitReader.cases(in: large) }
  }

  @Test func readsNoLinksPipesOrFolders() async throws {
    try await withScratchFolder { folder in
      let real = folder.appending("real.xml")
      try Data("<testsuite/>".utf8).write(to: URL(fileURLWithPath: real.string))
      #expect(try XUnitReader.cases(of: real).isEmpty)
      let link = folder.appending("link.xml")
      try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: real.string)
      #expect(throws: SuiteError.self) { try XUnitReader.cases(of: link) }
      let pipe = folder.appending("pipe.xml")
      #expect(mkfifo(pipe.string, 0o600) == 0)
      #expect(throws: SuiteError.self) { try XUnitReader.cases(of: pipe) }
      #expect(throws: SuiteError.self) { try XUnitReader.cases(of: folder) }
      #expect(throws: SuiteError.self) { try XUnitReader.cases(of: folder.appending("missing.xml")) }
    }
  }

  @Test(arguments: 0..<8) func survivesAnyBytes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let original = [UInt8](
      JUnitWriter.text(of: [
        SuiteResult(
          name: "a", result: .failed, durationSeconds: 1,
          tests: (0..<20).map {
            TestResult(
              id: "M.S/t\($0)()", framework: .xctest, result: TestResult.Result.allCases[$0 % 6], message: "é <&> \($0)"
            )
          })
      ]).utf8)
    for _ in 0..<60 {
      let data = Data(generator.mutated(original))
      if let cases = try? XUnitReader.cases(in: data) {
        #expect(Set(cases.map(\.id)).count == cases.count, "seed \(seed)")
      }
    }
  }
}
