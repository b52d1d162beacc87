import Foundation
import QuenchEvidence
import QuenchGit
import QuenchSuites

/// The wire form of evidence, `quench.evidence/v1`: what there is on a revision, and what of it holds.
struct EvidenceDocument: Encodable {
  struct Suite: Encodable {
    var name: String
    var result: String
    var definition: String?
    var runs: Int
    var passedRuns: Int
    var flaky: Int

    private enum CodingKeys: String, CodingKey {
      case name, result, definition, runs, flaky
      case passedRuns = "passed_runs"
    }
  }

  struct Reason: Encodable {
    var code: String
    var message: String
  }

  /// How an artifact was built, of a statement that says so.
  struct Build: Encodable {
    var command: String?
    var mode: String
    var platform: String
    var toolchain: [String: String]
    var isolation: String
  }

  struct Entry: Encodable {
    var place: String
    var kind: String
    var revision: String?
    var tree: String?
    var service: String?
    var digest: String?
    var result: String?
    var started: Date?
    var suites: [Suite]?
    var build: Build?
    /// Who is said to have signed.
    var keyids: [String]
    /// Which trusted keys have.
    var signers: [String]
    /// Whether it is evidence; null where nobody asked.
    var holds: Bool?
    var reason: Reason?
    /// Whether the artifact is in the store of this host, whole; null where nobody looked.
    var artifact: String?
    var envelope: Envelope

    init(_ entry: EvidenceOnRevision.Entry, _ finding: EvidenceFinding? = nil, artifact: String? = nil) {
      place = entry.place
      envelope = entry.envelope
      keyids = entry.envelope.signatures.compactMap(\.keyHint)
      let statement = finding.map(\.statement) ?? (try? SignedStatement(unverified: entry.envelope))
      kind = statement?.kind ?? "unreadable"
      revision = statement?.subject?.revision
      tree = statement?.subject?.tree
      service = statement?.subject?.service
      digest = statement?.subject?.digest
      result = statement?.resultWord
      if case .build(let made)? = statement {
        build = Build(
          command: made.recipe.command, mode: made.recipe.mode, platform: made.platform, toolchain: made.toolchain,
          isolation: made.isolation)
      }
      if case .verdict(let verdict)? = statement {
        started = verdict.started
        suites = verdict.suites.map {
          Suite(
            name: $0.name, result: $0.result.rawValue, definition: $0.definition, runs: $0.runs,
            passedRuns: $0.passedRuns, flaky: $0.flaky)
        }
      }
      signers = (finding?.signers ?? []).map(\.description)
      holds = finding.map { $0.refusal == nil }
      reason = finding?.refusal.map { Reason(code: $0.code.rawValue, message: $0.message) }
      self.artifact = artifact
    }
  }

  var schema = "quench.evidence/v1"
  var revision: String
  var tree: String
  var service: String?
  var holds: Bool?
  var statements: [Entry]

  init(_ revision: Revision, service: String? = nil, holds: Bool? = nil, _ statements: [Entry]) {
    self.revision = revision.id.description
    self.tree = revision.tree.description
    self.service = service
    self.holds = holds
    self.statements = statements
  }
}

extension SignedStatement {
  /// What the statement is, in one word.
  var kind: String {
    switch self {
    case .verdict: "verdict"
    case .build: "build"
    case .decision: "decision"
    case .approval: "approval"
    case .other: "other"
    }
  }

  /// What it came to; nil for one that comes to nothing.
  var resultWord: String? {
    switch self {
    case .verdict(let verdict): verdict.result.rawValue
    case .decision(let decision): decision.isAllowed ? "PASSED" : "FAILED"
    case .build, .approval, .other: nil
    }
  }
}
