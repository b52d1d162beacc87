import Foundation
import QuenchProcesses
import SystemPackage
import Testing

@testable import QuenchSuites

@Suite struct JUnitTests {
  private static let hostile = "a]]>b <x> & \"q\" 'p' \u{0}\u{1}\u{1B}[31m\u{85}\u{FFFE}\r\n\ttab"

  private static let results = [
    SuiteResult(
      name: "api <1>", result: .failed, durationSeconds: 1.5,
      tests: [
        TestResult(id: "M.S/passes()", framework: .swiftTesting, result: .passed, durationSeconds: 0.25),
        TestResult(
          id: "M.S/fails(_:)", framework: .swiftTesting, result: .failed, message: hostile, file: "Tests/a&b.swift",
          line: 7),
        TestResult(id: "M.free()", framework: .swiftTesting, result: .skipped, message: "not now"),
        TestResult(id: "M.C/testX", framework: .xctest, result: .crashed, message: "signal 6 (ABRT)"),
        TestResult(id: "M.C/testY", framework: .xctest, result: .knownIssue, durationSeconds: .nan),
        TestResult(id: "", framework: .command, result: .timedOut),
      ]),
    SuiteResult(name: "empty", result: .inconclusive, durationSeconds: 0, reason: "no test ran", tests: []),
  ]

  @Test func reportsAreWellFormedAndTellAll() throws {
    let text = JUnitWriter.text(of: Self.results)
    let cases = try XUnitReader.cases(in: Data(text.utf8))
    #expect(cases.map(\.result) == [.passed, .failed, .skipped, .failed, .passed, .failed, .failed])
    #expect(cases.map(\.id).prefix(4) == ["M.S/passes()", "M.S/fails(_:)", "M/free()", "M.C/testX"])
    #expect(cases[1].file == "Tests/a&b.swift")
    #expect(cases[1].message?.contains("a]]>b <x> & \"q\" 'p'") == true)
    #expect(cases[6].id == "empty/(suite)" && cases[6].message == "INCONCLUSIVE: no test ran")
    #expect(cases[0].durationSeconds == 0.25)
    #expect(text.contains(#"<testsuites name="quench" tests="7" failures="1" errors="3" skipped="1" time="1.500">"#))
    #expect(!text.contains("]]>") && !text.contains("\u{1B}") && !text.contains("nan"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
  func anotherParserReadsTheSame() async throws {
    try await withScratchFolder { folder in
      let path = folder.appending("report.xml")
      try Data(JUnitWriter.text(of: Self.results).utf8).write(to: URL(filePath: path.string))
      let script = """
        import sys, xml.etree.ElementTree as E
        for c in E.parse(sys.argv[1]).getroot().iter('testcase'):
            print(c.get('classname'), c.get('name'), *[e.tag for e in c], sep='|')
        """
      let python = Launch(
        arguments: ["/usr/bin/python3", "-c", script, path.string],
        environment: ProcessEnvironment.allowed(temporaryDirectory: folder), workingDirectory: folder)
      let outcome = try await Launcher.located().run(python, log: folder.appending("python.log"))
      let lines = outcome.lastLines
      #expect(outcome.isSuccess)
      #expect(
        lines == [
          "M.S|passes()", "M.S|fails(_:)|failure", "M|free()|skipped", "M.C|testX|error", "M.C|testY",
          "api <1>||error", "empty|(suite)|error",
        ])
    }
  }
}
