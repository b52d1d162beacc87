import Foundation
import SystemPackage
import Testing

/// A page of the documentation, as its Markdown.
struct DocumentationPage: Sendable, CustomTestStringConvertible {
  /// Where it is, from the root of the package.
  let path: FilePath
  let text: String
  /// The lines of its blocks of shell: commands, without what they print.
  private(set) var shell: [String] = []
  /// What stands outside of blocks, on one line.
  private var prose = ""

  /// The package's folder.
  static let root = Product.fixtures.removingLastComponent()

  /// The articles.
  static let articles: [DocumentationPage] = {
    let folder = FilePath("Sources/quench/Quench.docc")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.pushing(folder).string)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().compactMap { read(folder.appending($0)) }
  }()

  /// The articles and the README.
  static let all = articles + ["README.md"].compactMap { read($0) }

  var testDescription: String { path.string }
  var name: String { path.lastComponent?.string ?? "" }

  /// Reads a page's Markdown.
  init(_ path: FilePath, _ text: String) {
    self.path = path
    self.text = text
    var language: Substring?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let trimmed = line.drop { $0 == " " }
      switch language {
      case _ where trimmed.hasPrefix("```"): language = language == nil ? trimmed.dropFirst(3) : nil
      case nil: prose += line.hasPrefix("    ") ? "" : line + " "
      case "console" where !trimmed.hasPrefix("$ "): break
      case "console": shell.append(String(trimmed.dropFirst(2)))
      case "sh", "bash", "shell": shell.append(String(line))
      default: break
      }
    }
  }

  /// The commands that it shows, each as its words: in blocks of shell, and in prose those that begin with `quench`.
  var commands: [[String]] {
    let lines = shell.joined(separator: "\n").replacing("\\\n", with: " ").split(separator: "\n")
    let spans = prose.matches(of: /`([^`]+)`/).map(\.output.1)
    return (lines.map(String.init) + spans.map(String.init)).flatMap(Self.commands)
  }

  /// The files that it links to.
  var links: [FilePath] {
    let folder = Self.root.pushing(path).removingLastComponent()
    let articles = prose.matches(of: /<doc:([A-Za-z]+)/).map { folder.appending("\($0.output.1).md") }
    let files = prose.matches(of: /\]\(([^)#\s]+)/).map { String($0.output.1) }.filter { !$0.contains("://") }
    return articles + files.map { folder.pushing(FilePath($0)).lexicallyNormalized() }
  }

  /// The commands in a line of shell.
  private static func commands(in line: String) -> [[String]] {
    var commands: [[String]] = [[]], rest = Substring(line)
    while !rest.isEmpty {
      if let blank = rest.prefixMatch(of: /\s+/) {
        rest = rest[blank.range.upperBound...]
      } else if rest.hasPrefix("#") {
        break
      } else if let word = rest.prefixMatch(of: /(?:"[^"]*"|'[^']*'|[^\s;&|()<>"'])+/) {
        commands[commands.count - 1].append(String(word.output))
        rest = rest[word.range.upperBound...]
      } else {
        commands.append([])
        rest = rest.dropFirst()
      }
    }
    return commands.filter { !$0.isEmpty }
  }

  private static func read(_ path: FilePath) -> DocumentationPage? {
    (try? String(contentsOfFile: root.pushing(path).string, encoding: .utf8)).map { DocumentationPage(path, $0) }
  }
}
