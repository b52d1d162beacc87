import Foundation
import SystemPackage
import Testing

/// The README and the articles name only commands, options, files and variables that there are.
struct DocumentationTests {
  @Test(arguments: DocumentationPage.all)
  func commandsAreUnderstood(page: DocumentationPage) async throws {
    let faults = try await CommandManual.shared.faults(in: page)
    #expect(faults.isEmpty, "\(page.path): \(faults.joined(separator: "; "))")
  }

  /// That nothing is found above is worth something only where what is wrong is found.
  @Test(arguments: [
    ("```sh\nquench verify --suites api\n```", "verify has no --suites"),
    ("```console\n$ QUENCH_TOKEN=… quench promote v1 --too https://a:1  # there\n```", "promote has no --too"),
    ("```sh\nmake && (quench hot stop --force)\n```", "hot stop has no --force"),
    ("```sh\nquench verfiy\n```", "there is no quench verfiy"),
    ("as `quench\nhot deplyo v1` does", "there is no quench hot deplyo"),
    ("```sh\nquench help promoet\n```", "there is no quench promoet"),
  ])
  func plantedFaultIsFound(text: String, fault: String) async throws {
    #expect(try await CommandManual.shared.faults(in: DocumentationPage("Planted.md", text)) == [fault])
  }

  @Test(arguments: [
    "```sh\nquench bisect --good v1 --confidence=0.9 -- make --silent  # --no-option\n```",
    "```text\nquench nonsense --nonsense\n```\n\n    quench nonsense\n\n`swift package quench …` and `quench …`",
    "```sh\nquench freeze \"no --option; at all\" && quench verify \\\n  --junit out.xml | tail\n```",
    "```sh\nquench cost --worked-case\nquench help evidence sign\nquench --version\n```",
    "```console\n$ quench status\nproduction quench --nonsense\n```",
  ])
  func whatIsRightIsLetPass(text: String) async throws {
    #expect(try await CommandManual.shared.faults(in: DocumentationPage("Right.md", text)) == [])
  }

  @Test(arguments: DocumentationPage.all)
  func linkedFilesExist(page: DocumentationPage) {
    let missing = page.links.filter { !FileManager.default.fileExists(atPath: $0.string) }
    #expect(missing.isEmpty, "\(page.path) links to \(missing)")
  }

  /// A reader finds each article from the landing page.
  @Test func landingPageListsAllArticles() throws {
    let landing = try #require(DocumentationPage.all.first { $0.name == "Quench.md" })
    let listed = Set(landing.links.compactMap(\.lastComponent?.string))
    let articles = Set(DocumentationPage.articles.map(\.name)).subtracting(["Quench.md"])
    #expect(articles.isSubset(of: listed), "\(articles.subtracting(listed)) are not listed")
  }

  /// The variables that the sources read or set are those of the two references.
  @Test func variablesAreNamed() throws {
    let sources = try Self.variablesOfSources()
    let named = Set(
      DocumentationPage.articles.filter { ["Reference.md", "Configuration.md"].contains($0.name) }
        .flatMap { $0.text.matches(of: /QUENCH_[A-Z0-9_]+/).map { String($0.output) } })
    #expect(sources.count > 20)
    #expect(sources.subtracting(named).isEmpty, "neither reference names \(sources.subtracting(named).sorted())")
    #expect(named.subtracting(sources).isEmpty, "no source knows \(named.subtracting(sources).sorted())")
  }

  /// What stands in quotes in the sources as such a name.
  private static func variablesOfSources() throws -> Set<String> {
    // Properties that statements attest, which are no variables.
    let properties: Set = ["QUENCH_APPROVED", "QUENCH_GATED"]
    let sources = DocumentationPage.root.appending("Sources")
    let walk = try #require(FileManager.default.enumerator(atPath: sources.string))
    var names: Set<String> = []
    while let file = walk.nextObject() as? String {
      guard ["swift", "c"].contains(FilePath(file).extension) else { continue }
      let text = try String(contentsOfFile: sources.pushing(FilePath(file)).string, encoding: .utf8)
      names.formUnion(text.matches(of: /"(QUENCH_[A-Z0-9_]+)"/).map { String($0.output.1) })
    }
    return names.subtracting(properties)
  }
}
