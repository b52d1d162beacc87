import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchControl
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage

/// Takes what promotions from afar bring with them into this host's notes and build store.
///
/// Nothing is taken on a caller's word: statements are kept that keys of this host's policy have signed, and artifacts that
/// such statements name, when their bytes hash to their digest.
struct WorkspaceSupplies: PromotionSupplies {
  let workspace: Workspace
  let service: String

  func take(evidence lines: [Data]) async throws -> EvidenceReceipt {
    let fresh = try workspace.refreshed()
    let trusted = try await fresh.policyKeys()
    guard !trusted.isEmpty else {
      throw SupplyError(
        .nobodyTrusted, "this host's quench.yml names no gate.signers, so evidence from elsewhere counts for nothing",
        remedy: "on the production host: name the CI system's public key in gate.signers")
    }
    var kept: [ObjectID: [Data]] = [:], count = 0
    for line in lines {
      guard let envelope = Envelope(noteLine: line), (try? envelope.verified(by: trusted)) != nil,
        let subject = (try? SignedStatement(unverified: envelope))?.subject, subject.service == service,
        let commit = ObjectID(subject.revision)
      else { continue }
      kept[commit, default: []].append(line)
      count += 1
    }
    for commit in kept.keys { try await fresh.repository.fetchMissing(commit) }
    if !kept.isEmpty { _ = try await fresh.repository.addToNotes(kept, message: "Take in evidence from afar") }
    return EvidenceReceipt(sent: lines.count, trusted: count)
  }

  func progress(of digest: String, for revision: String) async throws -> ArtifactProgress {
    let (artifact, _) = try await wanted(digest, for: revision)
    if (try? await workspace.store.check(artifact)) != nil { return ArtifactProgress(isWhole: true, received: 0) }
    return ArtifactProgress(isWhole: false, received: Self.size(of: draft(of: artifact)))
  }

  func take(
    _ bytes: Data, of digest: String, for revision: String, at offset: Int64, size: Int64
  ) async throws -> ArtifactProgress {
    let (artifact, statement) = try await wanted(digest, for: revision)
    guard size > 0, size <= Self.largest, offset >= 0, offset + Int64(bytes.count) <= size else {
      throw SupplyError(
        .artifactRefused, "an artifact of \(size) bytes is not taken; the largest has \(Self.largest)",
        remedy: "copy the build store instead: skopeo copy")
    }
    // One at a time, so that two uploads of one artifact do not mix.
    let lock = try await workspace.state.lock("upload-\(artifact)").acquire(reason: "taking in \(artifact)")
    defer { withExtendedLifetime(lock) {} }
    let draft = draft(of: artifact)
    let received = Self.size(of: draft)
    guard offset == received else { return ArtifactProgress(isWhole: false, received: received) }
    try FileManager.default.createDirectory(
      atPath: draft.removingLastComponent().string, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let file = try FileDescriptor.open(
      draft, .writeOnly, options: [.create, .append, .noFollow, .closeOnExec], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(bytes) }
    guard offset + Int64(bytes.count) == size else {
      return ArtifactProgress(isWhole: false, received: offset + Int64(bytes.count))
    }
    defer { unlink(draft.string) }
    guard let build = statement.build, let key = BuildKey(build.key), let commit = ObjectID(statement.revision),
      let tree = ObjectID(statement.tree)
    else { throw unwanted(digest, revision) }
    try await workspace.store.adopt(
      draft, digest: artifact, key: key, revision: commit, tree: tree, service: service,
      mode: build.mode.flatMap { Recipe.Mode(rawValue: $0) } ?? .incremental, isolation: statement.isolation)
    return ArtifactProgress(isWhole: true, received: size)
  }

  /// The statement that has this host want an artifact: a verdict by a key of the policy, on the revision's tree.
  private func wanted(
    _ digest: String, for revision: String
  ) async throws -> (artifact: ArtifactDigest, statement: VerdictStatement) {
    let fresh = try workspace.refreshed()
    let trusted = try await fresh.policyKeys()
    guard let artifact = ArtifactDigest(digest), let id = ObjectID(revision) else { throw unwanted(digest, revision) }
    try await fresh.repository.fetchMissing(id)
    let commit = try await fresh.repository.resolve(revision)
    let question = EvidenceQuestion(
      revision: commit.id.description, tree: commit.tree.description, service: service, trusted: trusted)
    for entry in try await EvidenceOnRevision(commit, in: fresh.repository).entries {
      guard case .verdict(let verdict)? = question.finding(of: entry.envelope).trustedStatement,
        verdict.build?.digest == digest
      else { continue }
      return (artifact, verdict)
    }
    throw unwanted(digest, revision)
  }

  private func unwanted(_ digest: String, _ revision: String) -> SupplyError {
    SupplyError(
      .artifactRefused,
      "no evidence that counts on this host speaks of the artifact \(digest.prefix(12)) of \(revision.prefix(12))",
      remedy: "QUENCH_SIGNING_KEY=FILE quench verify \(revision.prefix(12)), then promote again")
  }

  private func draft(of digest: ArtifactDigest) -> FilePath {
    workspace.state.run.appending("uploads").appending("\(digest).part")
  }

  private static func size(of path: FilePath) -> Int64 {
    ((try? FileManager.default.attributesOfItem(atPath: path.string))?[.size] as? NSNumber)?.int64Value ?? 0
  }

  /// The largest artifact that is taken, in bytes.
  private static let largest: Int64 = 8 << 30
}

extension EvidenceFinding {
  /// What it states, where that is to be believed.
  fileprivate var trustedStatement: SignedStatement? { refusal == nil ? statement : nil }
}

/// Why something that was brought from afar is not taken.
struct SupplyError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    /// The policy names no key, so that nothing from elsewhere could count.
    case nobodyTrusted = "nobody-trusted"
    /// No evidence that counts here speaks of the artifact, or it is too large.
    case artifactRefused = "artifact-refused"
  }

  let code: Code
  let message: String
  let remedy: String?
  var cause: (any Error)? { nil }

  init(_ code: Code, _ message: String, remedy: String) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }
}

extension Workspace {
  /// The keys that this host's policy names, for whatever they may sign.
  func policyKeys() async throws -> [VerificationKey] {
    guard let host else { return [] }
    let gate = try host.configuration(with: try await service(for: try await repository.resolve("HEAD"))).gate
    let folder = host.file.path.removingLastComponent()
    return try (gate.signers.map(\.key) + (gate.approvals?.keys.map(\.key) ?? [])).map {
      try VerificationKey(file: folder.pushing(FilePath($0)))
    }
  }
}
