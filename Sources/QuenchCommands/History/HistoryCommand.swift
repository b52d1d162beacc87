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
      A verdict counts for every commit with the same tree. The newest result of each suite is shown, and the worst of \
      them is the commit's. One in parentheses does not count: it is of a suite that is defined otherwise now, or is no \
      more. A verdict in parentheses does not do for a promotion, because a suite has not run as it is defined now.

      PRODUCTION says when and by whom a commit's build was last brought to production; --production lists every move \
      of production, the newest first.

      EXAMPLES
        quench history                 the last 20 commits of HEAD
        quench history v1.0..main
        quench history --limit 100 --format json
        quench history --production
      """)

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  @Argument(help: "A range A..B, or a revision whose ancestors are shown.")
  var range = "HEAD"

  @Option(help: "How many commits, or moves, at the most.")
  var limit = 20

  @Flag(help: "List the moves of production instead of commits.")
  var production = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit takes how many commits to show at the most: 1 or more.") }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    if production {
      let moves = try await workspace.ledger.promotions(service: try await workspace.serviceName(), limit: limit)
      return try ProductionHistory(moves: moves).show(console)
    }
    let revisions =
      range.contains("..")
      ? Array(try await workspace.repository.range(range).prefix(limit))
      : try await workspace.repository.commits(from: try await workspace.repository.resolve(range), limit: limit)
    let newest: ServiceConfiguration? =
      if let revision = revisions.first { try await workspace.service(for: revision) } else { nil }
    let service = if let newest { newest.name } else { try await workspace.serviceName() }
    // History is shown also where the suites have faults.
    let suites = newest.flatMap { try? workspace.host?.configuration(with: $0).suites }
    let definitions = RevisionStanding.Definitions(suites, service: service)
    let standings = try await workspace.standings(of: revisions, service: service, by: definitions)
    let visits = ProductionVisit.last(
      of: try await workspace.ledger.moves(service: service, reasons: true),
      live: try await workspace.ledger.liveBuild(service: service))
    show(revisions, standings, visits, definitions, console)
    try console.document(
      HistoryDocument(service: service, revisions: revisions, standings: standings, visits: visits))
    return .passed
  }

  private func show(
    _ revisions: [Revision], _ standings: HistoryDocument.Standings, _ visits: [String: ProductionVisit],
    _ definitions: RevisionStanding.Definitions, _ console: Console
  ) {
    let ran = standings.values.flatMap { $0.standing.suites.map(\.newest.name) }
    let suites = Set(ran + (standings.isEmpty ? [] : definitions.names)).sorted()
    let style = Style(isColoured: false)
    var rows: [[String]] = []
    for revision in revisions {
      let known = standings[revision.id.description]
      let results = suites.map { name in
        guard let suite = known?.standing.suites.first(where: { $0.newest.name == name }) else { return "·" }
        let cell = "\(suite.newest.result.mark(style)) \(suite.newest.result.rawValue)"
        return suite.isCurrent ? cell : "(\(cell))"
      }
      let verdict = known.map { known in
        let word = known.standing.result.rawValue
        let suites = known.standing.suites, counts = suites.isEmpty || suites.contains(where: \.isCurrent)
        return known.standing.isComplete || known.standing.result != .passed && counts ? word : "(\(word))"
      }
      rows.append(
        [revision.id.abbreviated, verdict ?? "·"] + results
          + [known?.history.latest.digest.map { String($0.prefix(12)) } ?? "·"]
          + (visits.isEmpty ? [] : [visits[revision.id.description]?.description ?? "·"])
          + [revision.subject.printable.cut(to: 48)])
    }
    var table = Table(
      columns: ["REVISION", "VERDICT"] + suites + ["DIGEST"] + (visits.isEmpty ? [] : ["PRODUCTION"]) + ["SUBJECT"])
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
      /// Whether it is of the suite as it is defined now, and counts.
      var current: Bool
      var passed: Int
      var failed: Int
      var skipped: Int
    }

    var revision: String
    var tree: String
    var subject: String
    var author: String
    var result: String?
    /// Whether each suite that is defined now counts in the result.
    var complete: Bool
    var digest: String?
    var verified: Date?
    var suites: [Suite]
    /// When and by whom the commit's build was last brought to production.
    var production: ProductionVisit?
  }

  var schema = "quench.history/v1"
  var service: String
  var commits: [Entry]

  /// What is known of revisions, and how they stand, by the revision.
  typealias Standings = [String: (history: RevisionHistory, standing: RevisionStanding)]

  init(
    service: String, revisions: [Revision], standings: Standings, visits: [String: ProductionVisit]
  ) {
    self.service = service
    commits = revisions.map { revision in
      let known = standings[revision.id.description]
      return Entry(
        revision: revision.id.description, tree: revision.tree.description, subject: revision.subject,
        author: revision.authorName, result: known?.standing.result.rawValue,
        complete: known?.standing.isComplete ?? false, digest: known?.history.latest.digest,
        verified: known?.history.latest.started,
        suites: (known?.standing.suites ?? []).map { suite in
          Entry.Suite(
            name: suite.newest.name, result: suite.newest.result.rawValue, current: suite.isCurrent,
            passed: suite.newest.passed, failed: suite.newest.failed, skipped: suite.newest.skipped)
        }, production: visits[revision.id.description])
    }
  }
}
