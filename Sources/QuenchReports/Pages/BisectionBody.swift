import Foundation
import QuenchDiagnostics

/// What the template of a search's page is filled with.
struct BisectionBody {
  struct Fact { let name: String, value: String }
  struct Change { let path: String, added: String, removed: String }

  struct Culprit {
    let short: String, subject: String, author: String, committed: String
    let tests: [String], facts: [Fact], changes: [Change]
    let hasChanges: Bool

    init(_ culprit: BisectionPage.Culprit) {
      short = String(culprit.commit.id.prefix(7))
      (subject, author) = (Excerpt.line(culprit.commit.subject), Excerpt.line(culprit.commit.author))
      committed = culprit.commit.committed.formatted(.iso8601)
      tests = culprit.tests.map(Excerpt.line)
      facts = culprit.facts.map { Fact(name: Excerpt.line($0.name), value: Excerpt.line($0.value)) }
      changes = culprit.changes.map {
        Change(path: Excerpt.line($0.path), added: Self.count($0.added, "+"), removed: Self.count($0.removed, "−"))
      }
      hasChanges = !changes.isEmpty
    }

    private static func count(_ lines: Int?, _ sign: String) -> String { lines.map { "\(sign)\($0)" } ?? "binary" }
  }

  struct Run {
    let number: String, short: String, subject: String, tone: String, mark: String, result: String, left: String
  }

  let question: String, tone: String, mark: String, result: String, headline: String, effort: String
  let culprits: [Culprit], endings: [String], hasEndings: Bool
  let leftOut: String?
  let graph: CommitDrawing
  let heat: HeatDrawing?
  let runs: [Run]

  init(_ page: BisectionPage) {
    (question, effort) = (Excerpt.line(page.question), page.effort)
    (tone, mark, result) = (page.tone.rawValue, page.tone.mark, page.result)
    culprits = page.culprits.map(Culprit.init)
    headline =
      switch culprits.count {
      case 0: "no commit is to blame yet"
      case 1: "\(culprits[0].short) \(culprits[0].subject)"
      default: culprits.count.counting("commit")
      }
    endings = page.endings.map(Excerpt.line)
    hasEndings = !endings.isEmpty
    leftOut = page.leftOut > 0 ? "\(page.leftOut.counting("commit")) that nothing is known of are left out." : nil
    graph = CommitDrawing(page.commits)
    heat = HeatDrawing(page.runs)
    runs = page.runs.enumerated().map { index, run in
      Run(
        number: String(index + 1), short: String(run.revision.prefix(7)), subject: Excerpt.line(run.subject),
        tone: run.state.tone.rawValue, mark: run.state.tone.mark, result: Excerpt.line(run.result),
        left: run.left.map(String.init) ?? "")
    }
  }
}
