import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchControl
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchManagers
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
    let trusted = try await fresh.policyKeys(), signers = try await fresh.signerKeys()
    guard !signers.isEmpty else {
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
    // A note may be on a commit that is gone, such as one that was squashed: only what is promoted has to be here.
    for commit in kept.keys { try? await fresh.repository.fetchMissing(commit) }
    if !kept.isEmpty { _ = try await fresh.repository.addToNotes(kept, message: "Take in evidence from afar") }
    return EvidenceReceipt(sent: lines.count, trusted: count)
  }

  func fetch(_ revision: String) async throws {
    let fresh = try workspace.refreshed()
    guard let commit = ObjectID(revision) else { return }
    try await fresh.repository.fetchMissing(commit)
    let configuration = try await fresh.configuration(for: try await fresh.repository.resolve(revision))
    if let branch = configuration.gate.branch { try await fresh.repository.fetchMissing(commit, on: branch) }
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
    guard size > 0, size <= Self.largest, offset >= 0, offset <= size - Int64(bytes.count) else {
      throw SupplyError(
        .artifactRefused, "an artifact of \(size) bytes is not taken; the largest has \(Self.largest)",
        remedy: "copy the build store instead: skopeo copy")
    }
    // One at a time, so that two uploads of one artifact do not mix.
    let lock = try await workspace.state.lock("upload-\(artifact)").acquire(reason: "taking in \(artifact)")
    defer { withExtendedLifetime(lock) {} }
    let draft = draft(of: artifact)
    var received = Self.size(of: draft)
    if received > size {
      // Somebody has sent more than there is.
      unlink(draft.string)
      received = 0
    }
    guard offset == received else { return ArtifactProgress(isWhole: false, received: received) }
    removeOldDrafts()
    try checkRoom(for: size)
    try FileManager.default.createDirectory(
      atPath: uploads.string, withIntermediateDirectories: true,
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
    let trusted = try await fresh.signerKeys()
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

  /// Where artifacts are that are not whole yet.
  private var uploads: FilePath { workspace.state.run.appending("uploads") }

  private func draft(of digest: ArtifactDigest) -> FilePath { uploads.appending("\(digest).part") }

  /// Removes what was begun to be sent, and not gone on with for a day.
  private func removeOldDrafts() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: uploads.string)) ?? [] {
      let path = uploads.appending(name).string
      let changed = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
      if let changed, changed.timeIntervalSinceNow < -86400 { unlink(path) }
    }
  }

  /// Makes sure that an artifact, its copy in the store and what is in it find room.
  private func checkRoom(for size: Int64) throws {
    guard let free = Room.left(in: workspace.state).disk, free / 3 < size else { return }
    throw SupplyError(
      .artifactRefused, "there is no room for an artifact of \(ByteCount(bytes: size)) on the production host",
      remedy: "on the production host: quench gc --keep-size 2GB")
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
    try await keys { $0.signers.map(\.key) + ($0.approvals?.keys.map(\.key) ?? []) }
  }

  /// Those of them that may sign verdicts.
  func signerKeys() async throws -> [VerificationKey] { try await keys { $0.signers.map(\.key) } }

  private func keys(_ names: (GateConfiguration) -> [String]) async throws -> [VerificationKey] {
    guard let host else { return [] }
    let gate = try host.configuration(with: try await service(for: try await repository.resolve("HEAD"))).gate
    let folder = host.file.path.removingLastComponent()
    return try names(gate).map { try VerificationKey(file: folder.pushing(FilePath($0))) }
  }
}
