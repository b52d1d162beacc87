import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchSuites

/// Evidence for people: one line for what a statement says, one for who says so.
struct EvidenceText {
  let console: Console

  private var style: Style { console.style }
  private var wording: EvidenceWording { EvidenceWording(style: style) }

  /// What the lines are about.
  func title(_ revision: Revision) {
    console.result("\(style.bold(revision.id.abbreviated))  \(revision.subject.printable.cut(to: 60))")
  }

  /// One entry, with what was found of it where somebody asked.
  func show(_ entry: EvidenceOnRevision.Entry, _ finding: EvidenceFinding? = nil, artifact: String? = nil) {
    let statement = finding.map(\.statement) ?? (try? SignedStatement(unverified: entry.envelope))
    let mark =
      switch finding.map({ $0.refusal == nil }) {
      case true?: style.green("✓ ")
      case false?: style.red("✗ ")
      case nil: ""
      }
    console.result("  \(mark)\(statement.map(wording.line) ?? "unreadable")")
    let margin = String(repeating: " ", count: finding == nil ? 4 : 6)
    if case .verdict(let verdict)? = statement {
      console.result(margin + verdict.suites.map(wording.suite).joined(separator: "  "))
    }
    if case .build(let build)? = statement {
      let tools = build.toolchain.sorted { $0.key < $1.key }.map {
        $0.value.split(separator: "\n").first.map(String.init) ?? ""
      }
      console.result(
        margin
          + ([build.recipe.command ?? "", build.platform] + tools).joined(separator: "  ").printableLine.cut(to: 160))
    }
    console.result(
      margin + style.dim((wording.by(entry, finding) + (artifact.map { ", artifact \($0)" } ?? "")).printable))
    if let refusal = finding?.refusal { console.result(margin + style.red("refused: ") + refusal.message.printable) }
  }
}
