import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchSuites

/// What statements say, in words.
struct EvidenceWording {
  let style: Style

  /// What a statement says.
  func line(_ statement: SignedStatement) -> String {
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

  /// What it says of a suite.
  func suite(_ suite: AttestedSuite) -> String {
    var text = "\(suite.result.mark(style)) \(suite.name.printable.cut(to: 40))"
    if suite.runs != 1 { text += " \(suite.passedRuns)/\(suite.runs)" }
    return text
  }

  /// Who says so.
  func by(_ entry: EvidenceOnRevision.Entry, _ finding: EvidenceFinding?) -> String {
    if let signers = finding?.signers, !signers.isEmpty {
      return "signed by key " + signers.map(\.abbreviated).joined(separator: ", ")
    }
    let hints = entry.envelope.signatures.map { ($0.keyHint ?? "").prefix(12) }.map { $0.isEmpty ? "of no name" : $0 }
    guard !hints.isEmpty else { return "not signed" }
    return "says it is signed by key \(hints.joined(separator: ", "))" + (finding == nil ? ", not checked" : "")
  }
}
