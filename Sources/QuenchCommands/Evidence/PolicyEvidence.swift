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
  private(set) var inputs: [DecisionStatement.Input] = []

  /// Reads what notes have, as far as the policy trusts it; nothing where it names no key.
  ///
  /// A statement that is found several times is counted once: nobody gets a second run by copying the first.
  ///
  /// - Parameter folder: what the policy's files are relative to.
  /// - Throws: `EvidenceError` when a key cannot be read; `GitError`.
  init(
    on commit: Revision, of service: String, by policy: GateConfiguration, in folder: FilePath, _ repository: Repository
  ) async throws {
    let approvers = policy.approvals?.keys ?? []
    let names = Set(policy.signers.map(\.key) + approvers)
    guard !names.isEmpty else { return }
    let keys = Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try VerificationKey(file: folder.pushing(FilePath($0)))) })
    let evidence = try await EvidenceOnRevision(commit, in: repository)
    let question = EvidenceQuestion(
      revision: commit.id.description, tree: commit.tree.description, service: service, trusted: Array(keys.values))
    let trees = await evidence.trees(in: repository)
    var seen: Set<Data> = []
    for entry in evidence.entries {
      let finding = question.finding(of: entry.envelope, treeOf: { trees[$0] })
      guard finding.refusal == nil, let statement = finding.statement,
        seen.insert(entry.envelope.unverifiedPayload).inserted
      else { continue }
      func signers(among names: [String]) -> [String] {
        names.filter { name in keys[name].map { finding.signers.contains($0.id) } == true }
      }
      switch statement {
      case .verdict(let verdict): add(verdict, signers: signers(among: policy.signers.map(\.key)), entry)
      case .approval(let approval):
        let author = approval.approver.email.lowercased() == commit.authorEmail.lowercased()
        approvals += signers(among: approvers).map {
          Approval(key: $0, approver: approval.approver.user, isAuthors: author)
        }
        inputs.append(Self.input(entry))
      case .build, .decision, .other: break
      }
    }
  }

  private mutating func add(_ verdict: VerdictStatement, signers: [String], _ entry: EvidenceOnRevision.Entry) {
    guard let build = verdict.build, !signers.isEmpty else { return }
    inputs.append(Self.input(entry))
    standings[build.digest, default: []] += verdict.suites.filter { $0.result != .inconclusive }.map {
      SuiteStanding(
        name: $0.name, definition: $0.definition, result: $0.result, started: verdict.started, tree: verdict.tree,
        runs: $0.runs, passedRuns: $0.passedRuns, buildMode: build.mode, signers: signers)
    }
  }

  private static func input(_ entry: EvidenceOnRevision.Entry) -> DecisionStatement.Input {
    DecisionStatement.Input(digest: entry.envelope.payloadDigest, place: entry.place)
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
