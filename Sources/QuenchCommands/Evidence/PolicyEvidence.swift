import Foundation
import QuenchConfiguration
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchManagers
import QuenchSuites
import SystemPackage

/// What the keys that a gate's policy names have said of a revision.
struct PolicyEvidence {
  /// What suites came to, by the digest of the build.
  private(set) var standings: [String: [SuiteStanding]] = [:]
  /// Who has agreed.
  private(set) var approvals: [Approval] = []
  /// The statements that were believed.
  private(set) var inputs: [GateDecision.Input] = []

  /// Reads what notes have, as far as the policy trusts it; nothing where it names no key.
  ///
  /// What was run is counted once, however often it was signed and on whichever commits with the tree: nobody gets a second
  /// run by copying the first. What claims to be from the future counts for nothing.
  ///
  /// - Parameter folder: what the policy's files are relative to.
  /// - Throws: `EvidenceError` when a key cannot be read; `GitError`.
  init(
    on commit: Revision, of service: String, by policy: GateConfiguration, in folder: FilePath,
    _ repository: Repository, now: Date = Date()
  ) async throws {
    let approvers = policy.approvals?.keys ?? []
    let names = Set(policy.signers.map(\.key) + approvers.map(\.key))
    guard !names.isEmpty else { return }
    let keys = Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try VerificationKey(file: folder.pushing(FilePath($0)))) })
    let evidence = try await EvidenceOnRevision(commit, in: repository)
    let question = EvidenceQuestion(
      revision: commit.id.description, tree: commit.tree.description, service: service, trusted: Array(keys.values))
    let trees = await evidence.trees(in: repository)
    var verdicts: [Data: (verdict: VerdictStatement, signers: Set<KeyID>)] = [:]
    var agreed: [(statement: ApprovalStatement, signers: [KeyID])] = []
    for entry in evidence.entries {
      let finding = question.finding(of: entry.envelope, treeOf: { trees[$0] })
      guard finding.refusal == nil, let statement = finding.statement else { continue }
      switch statement {
      case .verdict(let verdict):
        guard verdict.started < now + Self.clockTolerance, let run = Self.run(verdict) else { continue }
        verdicts[run, default: (verdict, [])].signers.formUnion(finding.signers)
      case .approval(let approval):
        guard approval.approved < now + Self.clockTolerance else { continue }
        agreed.append((approval, finding.signers))
      case .build, .decision, .other: continue
      }
      let input = GateDecision.Input(digest: entry.envelope.payloadDigest, place: entry.place)
      if !inputs.contains(input) { inputs.append(input) }
    }
    for (verdict, signers) in verdicts.values {
      add(verdict, signers: policy.signers.map(\.key).filter { keys[$0].map { signers.contains($0.id) } == true })
    }
    approvals = Self.approvals(agreed, approvers, keys, commit)
  }

  /// How far ahead another machine's clock may be.
  private static let clockTolerance: TimeInterval = 300

  /// What tells runs apart: all that a verdict says but the commit, of which several may have the tree.
  private static func run(_ verdict: VerdictStatement) -> Data? {
    var run = verdict
    run.revision = String(repeating: "0", count: 40)
    return try? run.payload()
  }

  /// Who has agreed, each key once; one that has ever spoken as the author's does not count as another's.
  private static func approvals(
    _ agreed: [(statement: ApprovalStatement, signers: [KeyID])], _ approvers: [GateConfiguration.Approver],
    _ keys: [String: VerificationKey], _ commit: Revision
  ) -> [Approval] {
    var approvals: [KeyID: Approval] = [:]
    for (statement, signers) in agreed {
      for approver in approvers {
        guard let id = keys[approver.key]?.id, signers.contains(id) else { continue }
        let addresses = approver.emails.isEmpty ? [statement.approver.email] : approver.emails
        let isAuthors = addresses.contains { $0.lowercased() == commit.authorEmail.lowercased() }
        approvals[id] = Approval(
          key: approver.key, approver: statement.approver.name, user: approver.user,
          isAuthors: isAuthors || approvals[id]?.isAuthors == true)
      }
    }
    return Array(approvals.values)
  }

  private mutating func add(_ verdict: VerdictStatement, signers: [String]) {
    guard let build = verdict.build, !signers.isEmpty else { return }
    standings[build.digest, default: []] += verdict.suites.filter { $0.result != .inconclusive }.map {
      SuiteStanding(
        name: $0.name, definition: $0.definition, result: $0.result, started: verdict.started, tree: verdict.tree,
        runs: $0.runs, passedRuns: $0.passedRuns, buildMode: build.mode, signers: signers)
    }
  }

  /// The build that speaks best for the revision: one that passed rather than one that did not, then the newest.
  var digest: String? {
    standings.max { left, right in rank(left.value) < rank(right.value) }?.key
  }

  private func rank(_ standings: [SuiteStanding]) -> (Int, Date) {
    let newest = standings.map(\.started).max() ?? .distantPast
    let last = standings.filter { $0.started == newest }
    return (last.allSatisfy { $0.result == .passed } ? 1 : 0, newest)
  }
}

extension Workspace {
  /// What the keys of a policy have said of a revision; nothing where it names none.
  ///
  /// - Throws: `EvidenceError`, `GitError`.
  func policyEvidence(
    on commit: Revision, of service: String, by policy: GateConfiguration
  ) async throws -> PolicyEvidence {
    let folder = host?.file.path.removingLastComponent() ?? options.folder
    return try await PolicyEvidence(on: commit, of: service, by: policy, in: folder, repository)
  }
}
