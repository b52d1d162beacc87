import Foundation
import QuenchEvidence
import QuenchGit
import QuenchSuites

/// Evidence for people: one line for what a statement says, one for who says so.
struct EvidenceText {
  let console: Console

  private var style: Style { console.style }

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
    console.result("  \(mark)\(statement.map(line) ?? "unreadable")")
    let margin = String(repeating: " ", count: finding == nil ? 4 : 6)
    if case .verdict(let verdict)? = statement {
      console.result(margin + verdict.suites.map(suite).joined(separator: "  "))
    }
    if case .build(let build)? = statement {
      let tools = build.toolchain.sorted { $0.key < $1.key }.map {
        $0.value.split(separator: "\n").first.map(String.init) ?? ""
      }
      console.result(
        margin
          + ([build.recipe.command ?? "", build.platform] + tools).joined(separator: "  ").printableLine.cut(to: 160))
    }
    console.result(margin + style.dim((by(entry, finding) + (artifact.map { ", artifact \($0)" } ?? "")).printable))
    if let refusal = finding?.refusal { console.result(margin + style.red("refused: ") + refusal.message.printable) }
  }

  private func line(_ statement: SignedStatement) -> String {
    let subject = statement.subject
    var parts = [statement.kind]
    switch statement {
    case .verdict(let verdict):
      parts = [verdict.result.word(style), verdict.started.formatted(.iso8601)]
    case .decision(let decision):
      parts = [decision.isAllowed ? "allowed" : "refused", decision.decided.formatted(.iso8601)]
    case .approval(let approval):
      parts = ["approved", approval.approved.formatted(.iso8601), "by \(approval.approver.name.printable.cut(to: 60))"]
      if let comment = approval.comment { parts.append(comment.printable.cut(to: 80)) }
    case .build(let build): parts = ["built", build.recipe.mode, build.isolation]
    case .other(let type): parts = [type.printable.cut(to: 80)]
    }
    if let subject {
      parts.append(subject.service.printable.cut(to: 40))
      parts.append(String(subject.revision.prefix(7)))
      if let digest = subject.digest { parts.append("sha256:\(digest.prefix(12))") }
    }
    return parts.joined(separator: "  ")
  }

  private func suite(_ suite: AttestedSuite) -> String {
    var text = "\(suite.result.mark(style)) \(suite.name.printable.cut(to: 40))"
    if suite.runs != 1 { text += " \(suite.passedRuns)/\(suite.runs)" }
    return text
  }

  private func by(_ entry: EvidenceOnRevision.Entry, _ finding: EvidenceFinding?) -> String {
    if let signers = finding?.signers, !signers.isEmpty {
      return "signed by key " + signers.map(\.abbreviated).joined(separator: ", ")
    }
    let hints = entry.envelope.signatures.map { ($0.keyHint ?? "").prefix(12) }.map { $0.isEmpty ? "of no name" : $0 }
    guard !hints.isEmpty else { return "not signed" }
    return "says it is signed by key \(hints.joined(separator: ", "))" + (finding == nil ? ", not checked" : "")
  }
}
