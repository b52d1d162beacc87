import Foundation
import SystemPackage
import Testing

/// Pages about a verdict and a search, each one file.
struct PageTests {
  private func page(_ path: FilePath) throws -> String { try String(contentsOfFile: path.string, encoding: .utf8) }

  @Test(.world("greeter"))
  func verdictHasAPage() async throws {
    let world = try World.current
    let suites = [(name: "fine", command: "echo printed by fine"), (name: "bad", command: "echo '<i>no</i>'; exit 1")]
    try world.write("quench.yml", GreeterConfiguration(suites: suites).text)
    let head = try await world.commit("Say <b>no</b>")
    let early = try await world.quench("report", "--html", "out/page.html")
    #expect(early.status == 64 && early.stderr.contains("next: quench verify \(head.prefix(7))"), "\(early)")

    #expect(try await world.quench("verify").status == 1)
    let outcome = try await world.quench("report", "--html", "out/page.html")
    #expect(outcome.status == 0 && outcome.stdout.contains("out/page.html"), "\(outcome)")
    let html = try page(world.repository.appending("out").appending("page.html"))
    for words in [
      "✗ FAILED</span> Say &lt;b&gt;no&lt;/b&gt;", head, "printed by fine", "&lt;i&gt;no&lt;/i&gt;", "service.log",
      "sha256:", "the verdict is not signed",
    ] {
      #expect(html.contains(words), "\(words)")
    }
    let document = try await world.quench("report", head, "--html", "page.html", "--format", "json")
    let json = try JSONValue(document: document.stdout)
    #expect(json["schema"].string == "quench.report/v1" && json["result"].string == "FAILED")
    let printed = try await world.quench("report", "--html", "/dev/stdout")
    #expect(
      printed.stdout.hasPrefix("<!DOCTYPE html>") && printed.stdout.hasSuffix("</html>\n"), "nothing but the page")
  }

  @Test(.world("greeter"))
  func unwritablePageIsAnError() async throws {
    let world = try World.current
    let outcome = try await world.quench("report", "--html", "/proc/page.html")
    #expect(outcome.status == 3 && outcome.stderr.contains("/proc/page.html"), "\(outcome)")
  }

  @Test(.world("greeter"))
  func searchHasAPage() async throws {
    let world = try World.current
    let good = try await world.tool("git", "rev-parse", "HEAD")
    let commits = try await world.commits(12, "case $number in 7) touch broken;; *) echo $number > other;; esac")
    let file = world.root.appending("bisect.html")
    let outcome = try await world.quench(
      "bisect", "--good", good, "--html", file.string, "--", "test", "!", "-e", "broken")
    #expect(outcome.status == 0, "\(outcome)")
    let html = try page(file)
    for words in ["✗ FOUND</span> \(commits[6].prefix(7))", ">broken</td>", "<svg", "How the search went"] {
      #expect(html.contains(words), "\(words)")
    }
    for commit in commits + [good] { #expect(html.contains(commit.prefix(7))) }
    #expect(outcome.stdout.contains("+0 -0") && outcome.stdout.contains("broken"), "what it changed: \(outcome)")
  }
}
