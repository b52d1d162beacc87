import ArgumentParser
import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchReports
import QuenchSuites
import SystemPackage

/// `quench report`.
struct ReportCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page about a revision's verdict.",
    discussion: """
      The page is one file that loads nothing: the verdict with every suite, test, message and log that is kept, the \
      bytes that were tested and what they were made of, what is signed about them, and the commits round it. It is of \
      the newest verification of the revision's files on this machine.

      EXAMPLES
        quench report --html report.html         HEAD
        quench report v1.4 --html out/v1.4.html
        quench report --html /dev/stdout | less

      EXIT STATUS
        0 written · 3 it cannot be written ·
        64 wrong usage, or the revision was not verified here
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  @Option(help: ArgumentHelp("Where the page is written: a file, a pipe or /dev/stdout.", valueName: "file"))
  var html: String

  func perform(_ console: Console) async throws -> ExitStatus {
    let console = try console.leavingStandardOutput(to: [("--html", html)])
    let file = ResultFile(html)
    try file.check()
    let workspace = try await Workspace(global, console: console, needsFile: false)
    let commit = try await workspace.repository.resolve(revision)
    let page = try await workspace.report(on: commit)
    try await file.write(Data(page.html().utf8))
    console.result("\(page.verdict.result.word(console.style))  \(commit.id.abbreviated)  \(html)")
    try console.document(
      ReportDocument(
        revision: commit.id.description, result: page.verdict.result.rawValue, started: page.verdict.started,
        html: file.path.string))
    return .passed
  }
}

/// The wire form of what was written, `quench.report/v1`.
struct ReportDocument: Encodable {
  var schema = "quench.report/v1"
  var revision: String
  /// What the verdict is.
  var result: String
  /// When the verification began.
  var started: Date
  /// The path of the page.
  var html: String
}
