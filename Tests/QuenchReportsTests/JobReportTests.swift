import Foundation
import QuenchEvidence
import QuenchSuites
import Testing

@testable import QuenchReports

/// What CI systems are told: within their limits, and never steered by what tests say.
struct JobReportTests {
  private func report(_ text: String) -> JobReport {
    JobReport([(PageTests.verdictPage(text).verdict, text)])
  }

  @Test(arguments: [
    (["GITHUB_ACTIONS": "true"], CISystem.github), (["GITLAB_CI": "true"], .gitlab), (["TF_BUILD": "True"], .azure),
    (["BUILDKITE": "true"], .buildkite), (["CIRCLECI": "true"], .circleci), (["JENKINS_URL": "http://j/"], .jenkins),
    (["CI": "true"], nil), (["GITHUB_ACTIONS": "false"], nil), (["JENKINS_URL": ""], nil),
  ])
  func theEnvironmentTellsTheSystem(environment: [String: String], system: CISystem?) {
    #expect(CISystem(environment: environment) == system)
  }

  /// A line begins with what it is; what somebody else said is behind it, and on the same line.
  @Test(
    arguments: PageTests.hostile + ["a\n::error::b", "a\r\n##vso[task.complete result=Succeeded]", "100 %, a: b; c]"])
  func annotationsAreOneLineEach(text: String) {
    let report = report(text)
    #expect(!report.annotations.isEmpty)
    for line in report.annotationsForGitHub {
      #expect(
        line.hasPrefix("::error ") && !line.unicodeScalars.contains { "\r\n".unicodeScalars.contains($0) }, "\(line)")
      // title, file and line, and no property of somebody else's making.
      let head = line.dropFirst(2).prefix(upTo: line.dropFirst(2).range(of: "::")?.lowerBound ?? line.endIndex)
      #expect(
        head.dropFirst(6).split(separator: ",").allSatisfy { $0.wholeMatch(of: #/(file|line|title)=[^,:]*/#) != nil })
    }
    for line in report.annotationsForAzure {
      #expect(
        line.hasPrefix("##vso[task.") && !line.unicodeScalars.contains { "\r\n".unicodeScalars.contains($0) }, "\(line)"
      )
      #expect(line.matches(of: #/##vso\[[a-z.]+( [^\]]*)?\]/#).first?.range.lowerBound == line.startIndex)
    }
  }

  @Test func placesCountFromTheRootOfTheRepository() {
    var verdict = PageTests.verdictPage("x").verdict
    verdict.suiteDescriptions = [
      "x": SuiteDescription(
        SuiteDefinitionContent(
          service: "s", kind: .swiftTest, package: "service", testsFrom: .revision, shards: 1))
    ]
    #expect(JobReport([(verdict, "x")]).annotations.contains { $0.file == "service/x" && $0.line == 3 })
  }

  @Test func noMoreAnnotationsThanAreShown() {
    var verdict = PageTests.verdictPage("x").verdict
    let tests = (0..<500).map { TestResult(id: "t\($0)", framework: .xctest, result: .failed, message: "no") }
    verdict.suites = [SuiteResult(name: "s", result: .failed, durationSeconds: 1, tests: tests)]
    let lines = JobReport([(verdict, "x")]).annotationsForGitHub
    #expect(lines.count == 10 && lines[9].contains("more failures are in the summary"), "\(lines)")
  }

  @Test func summariesKeepWithinTheirRoom() {
    var verdict = PageTests.verdictPage("x").verdict
    let text = String(repeating: "é\n", count: 1 << 16)
    let tests = (0..<100).map { TestResult(id: "t\($0)", framework: .xctest, result: .failed, message: text) }
    verdict.suites = [SuiteResult(name: "s", result: .failed, durationSeconds: 1, tests: tests)]
    let report = JobReport([(verdict, "x")])
    for limit in [1 << 20, 20_000, 1000] {
      let markdown = report.markdown(limit: limit)
      #expect(markdown.utf8.count <= limit, "\(limit)")
    }
    #expect(report.markdown(limit: 20_000).contains("left out for want of room"))
  }

  @Test(
    arguments: PageTests.hostile + [
      "| a | b |", "`code`", "```\nfence\n```", "[a](https://example.com)", "@everyone #1", "<!-- -->",
    ])
  func whatOthersSaidIsNoMarkdown(text: String) {
    for markdown in [
      report(text).markdown(limit: 1 << 20), JobReport(PageTests.bisectionPage(text)).markdown(limit: 1 << 20),
    ] {
      // Outside of blocks of code, where all is text.
      let blocks = #/(?s)(````*)text\n.*?\n\1/#.matchingSemantics(.unicodeScalar)
      let spans = #/(`+) .*? \1(?!`)/#.matchingSemantics(.unicodeScalar)
      let elements = #/<code>.*?<\/code>/#.matchingSemantics(.unicodeScalar)
      #expect(markdown.matches(of: elements).allSatisfy { $0.output.dropFirst(6).dropLast(7).contains("<") == false })
      let outside = markdown.replacing(blocks, with: "").replacing(spans, with: "").replacing(elements, with: "")
      #expect(!outside.contains("<script") && !outside.contains("<img") && !outside.contains("<!--"), "\(outside)")
      #expect(!outside.contains("](http") && !outside.contains("@everyone"), "\(outside)")
      #expect(!markdown.contains("\u{1B}") && !markdown.contains("\u{202E}"))
      // Every row of a table has as many cells as its head.
      for table in outside.split(separator: "\n\n") where table.hasPrefix("|") {
        let widths = Set(table.split(separator: "\n").map { $0.replacing("\\|", with: "").count { $0 == "|" } })
        #expect(widths.count == 1, "\(table)")
      }
    }
  }

  @Test func outputsAreOneLineEach() {
    let lines = report("a\nb=c").outputsForGitHub.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != "=" } } == ["result", "revision", "digest", "attestation"])
  }

  @Test(arguments: [
    ("::error::x", ": :error::x"), ("  ::set-env name=a::b", "  : :set-env name=a::b"),
    ("a ::error::x", "a ::error::x"),
    ("x ##vso[task.complete]", "x ##vso [task.complete]"), ("##[error]x", "## [error]x"), ("plain", "plain"),
    ("a\n\t::stop-commands::x", "a\n\t: :stop-commands::x"),
  ])
  func logsDoNotSteer(text: String, harmless: String) {
    for system in CISystem.allCases {
      let steers = system == .github || system == .azure
      #expect(system.harmless(text) == (steers ? harmless : text))
    }
  }

  @Test func documentsDoNotSteerAndStayTheSame() throws {
    let values = ["###vso[a]", "##vso[task.complete result=Succeeded]", "##", "#"]
    let json = String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
    let harmless = CISystem.azure.harmless(json: json)
    #expect(!harmless.contains("##"))
    #expect(try JSONDecoder().decode([String].self, from: Data(harmless.utf8)) == values)
  }
}
