import Crypto
import Foundation
import QuenchEvidence
import QuenchSuites
import Testing

@testable import QuenchReports

/// Pages are whole in themselves, and what is on them is text, whatever it says.
struct PageTests {
  /// What tests, commits and logs may say.
  static let hostile = [
    "<script>alert(1)</script>", "</pre></details><img src=x onerror=alert(1)>", "]]>&amp;\"'", "{{html}} {{{style}}}",
    "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{07}", "a\u{202E}b", "::error::x", "\"\u{301} onload=\u{22}x",
    "<\u{338}b>",
  ]

  static func verdictPage(_ text: String) -> VerdictPage {
    let test = TestResult(
      id: text, framework: .xctest, result: .failed, durationSeconds: 0.1, message: text, file: text, line: 3)
    var verdict = Verdict(
      service: text, revision: String(repeating: "a", count: 40), tree: String(repeating: "b", count: 40),
      started: Date(timeIntervalSince1970: 1_700_000_000),
      build: VerifiedBuild(key: "k", digest: "d", cached: true, mode: "clean", platform: text, toolchain: [text: text]),
      suites: [SuiteResult(name: text, result: .failed, durationSeconds: 1, reason: text, tests: [test])],
      hindrance: Hindrance(.start, text), instances: [VerifiedInstance(id: text, port: 1, revision: text)],
      flakiness: [TestFlakiness(suite: text, test: text, runs: 3, failures: 1)], leftBehind: [text])
    verdict.isolation = text
    let commit = VerdictPage.Commit(id: verdict.revision, subject: text, author: text, committed: verdict.started)
    var page = VerdictPage(commit, verdict)
    page.earlier = [verdict]
    page.history = [.init(commit, .failed), .init(commit, nil)]
    page.evidence = [.init(.good, text, text)]
    page.logs = [.init(name: text, text: text, size: text.utf8.count)]
    return page
  }

  static func bisectionPage(_ text: String) -> BisectionPage {
    let commit = VerdictPage.Commit(id: "c0ffee", subject: text, author: text, committed: .now)
    return BisectionPage(
      question: text, tone: .bad, result: "FOUND", effort: "2 runs",
      culprits: [.init(commit: commit, tests: [text], facts: [(text, text)], changes: [(text, 1, nil)])],
      endings: [text],
      commits: [
        .init(id: "c0ffee", subject: text, parents: ["beef"], state: .failed, probability: 1),
        .init(id: "beef", subject: text, parents: [], state: .passed, probability: 0),
      ], leftOut: 3,
      runs: [.init(revision: "c0ffee", subject: text, state: .failed, result: text, left: 1, belief: [0, 1])])
  }

  static func pages(_ text: String) throws -> [String] {
    [try verdictPage(text).html(), try bisectionPage(text).html()]
  }

  /// Tags and the names of their attributes, by code points, as browsers read them.
  private func tags(_ page: String) -> [String] {
    page.matches(of: #/<\/?[a-zA-Z]+(?:[^<>"]|"[^"]*")*>/#.matchingSemantics(.unicodeScalar)).map { tag in
      String(tag.output).replacing(#/"[^"]*"/#.matchingSemantics(.unicodeScalar), with: "\"\"")
    }
  }

  @Test(arguments: hostile)
  func whatOthersSaidIsText(text: String) throws {
    for (page, plain) in zip(try Self.pages(text), try Self.pages("plain")) {
      #expect(tags(page) == tags(plain))
      #expect(!page.contains("\u{1B}") && !page.contains("\u{202E}"))
      if text.contains("{{") { #expect(page.contains("{{html}} {{{style}}}")) }
    }
  }

  @Test func nothingIsLoadedOrRun() throws {
    for page in try Self.pages("https://example.com/") {
      #expect(page.matches(of: #/(?:src|href|action|data|poster|srcset)="(?!#main")/#).isEmpty)
      #expect(page.matches(of: #/ on[a-z]+=|<script|<link|<iframe|style="|url\(|@import/#).isEmpty)
    }
  }

  /// With a policy that does not know the style, browsers would show the page without it.
  @Test func thePolicyLetsInTheStyleAlone() throws {
    for page in try Self.pages("plain") {
      let style = try #require(page.firstMatch(of: #/<style>((?s).*?)<\/style>/#)).output.1
      let digest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
      #expect(page.contains("default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"))
    }
  }

  @Test func whatIsMissingIsSaid() throws {
    let commit = VerdictPage.Commit(id: "c0ffee", subject: "s", author: "a", committed: .now)
    let page = try VerdictPage(commit, Verdict(service: "s", revision: "c0ffee", tree: "t", started: .now)).html()
    for words in [
      "No suite ran.", "no suite ran", "the verdict is not signed", "None are kept any more", "INCONCLUSIVE",
    ] {
      #expect(page.contains(words), "\(words)")
    }
  }

  @Test func aMegabyteOfTextIsCut() throws {
    let page = try Self.verdictPage(String(repeating: "x y ", count: 1 << 18)).html()
    #expect(page.utf8.count < 20 << 20)
    var many = Self.verdictPage("plain")
    let tests = (0..<10000).map { TestResult(id: "t\($0)", framework: .xctest, result: $0 == 9999 ? .failed : .passed) }
    many.verdict.suites = [SuiteResult(name: "s", result: .failed, durationSeconds: 1, tests: tests)]
    let html = try many.html()
    #expect(html.contains("t9999") && html.contains("and 8000 tests more"))
  }
}
