import ArgumentParser
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchSuites

/// `quench history`.
struct HistoryCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "history",
    abstract: "Show commits by suites: what each came to, and with which bytes.",
    discussion: """
      A verdict counts for every commit with the same tree. The newest result of each suite is shown.

      EXAMPLES
        quench history                 the last 20 commits of HEAD
        quench history v1.0..main
        quench history --limit 100 --format json
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A range A..B, or a revision whose ancestors are shown.")
  var range = "HEAD"

  @Option(help: "How many commits at the most.")
  var limit = 20

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit takes how many commits to show at the most: 1 or more.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let revisions =
      range.contains("..")
      ? Array(try await workspace.repository.range(range).prefix(limit))
      : try await workspace.repository.commits(from: try await workspace.repository.resolve(range), limit: limit)
    let service =
      if let newest = revisions.first {
        try await workspace.service(for: newest).name
      } else {
        try await workspace.serviceName()
      }
    let trees = Dictionary(revisions.map { ($0.id.description, $0.tree.description) }) { first, _ in first }
    let histories = try await workspace.ledger.verdicts(forTrees: trees, service: service)
    show(revisions, histories, console)
    try console.document(HistoryDocument(service: service, revisions: revisions, histories: histories))
    return .passed
  }

  private func show(_ revisions: [Revision], _ histories: [String: RevisionHistory], _ console: Console) {
    var suites: [String] = []
    for history in histories.values {
      for suite in history.suites where !suites.contains(suite.name) { suites.append(suite.name) }
    }
    suites.sort()
    let style = Style(isColoured: false)
    var rows: [[String]] = []
    for revision in revisions {
      let history = histories[revision.id.description]
      let results = suites.map { name in
        history?.suites.first { $0.name == name }.map { "\($0.result.mark(style)) \($0.result.rawValue)" } ?? "·"
      }
      rows.append(
        [revision.id.abbreviated, history?.latest.result.rawValue ?? "·"] + results
          + [history?.latest.digest.map { String($0.prefix(12)) } ?? "·", revision.subject.printable.cut(to: 48)])
    }
    var table = Table(columns: ["REVISION", "VERDICT"] + suites + ["DIGEST", "SUBJECT"])
    for row in rows { table.add(row) }
    for line in table.lines(console.style) { console.result(line) }
  }
}

/// The wire form of a history, `quench.history/v1`.
struct HistoryDocument: Encodable {
  struct Entry: Encodable {
    struct Suite: Encodable {
      var name: String
      var result: String
      var passed: Int
      var failed: Int
      var skipped: Int
    }

    var revision: String
    var tree: String
    var subject: String
    var author: String
    var result: String?
    var digest: String?
    var verified: Date?
    var suites: [Suite]
  }

  var schema = "quench.history/v1"
  var service: String
  var commits: [Entry]

  init(service: String, revisions: [Revision], histories: [String: RevisionHistory]) {
    self.service = service
    commits = revisions.map { revision in
      let history = histories[revision.id.description]
      return Entry(
        revision: revision.id.description, tree: revision.tree.description, subject: revision.subject,
        author: revision.authorName, result: history?.latest.result.rawValue, digest: history?.latest.digest,
        verified: history?.latest.started,
        suites: (history?.suites ?? []).map {
          Entry.Suite(
            name: $0.name, result: $0.result.rawValue, passed: $0.passed, failed: $0.failed, skipped: $0.skipped)
        })
    }
  }
}
