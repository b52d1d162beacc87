import Foundation
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchSuites

/// Signs verdicts and keeps them as notes.
struct Attestor: Sendable {
  let repository: Repository
  let key: SigningKey

  /// An attestor with the key that `QUENCH_SIGNING_KEY` names; nil where it names none.
  ///
  /// - Throws: `EvidenceError` when the key cannot be used.
  init?(_ repository: Repository) throws {
    guard let key = try SigningKeySource()?.key() else { return nil }
    self.repository = repository
    self.key = key
  }

  /// Signs what a verdict says and adds it to the note on its commit, unless it is there already.
  ///
  /// The same verdict gives the same bytes, so one that is known already leaves no second line.
  /// - Returns: where the statement is, and whether it was added now.
  /// - Throws: `EvidenceError` or `GitError`.
  func attest(_ verdict: Verdict) async throws -> (place: String, isNew: Bool) {
    try await attest(VerdictStatement(verdict))
  }

  /// Signs a statement and adds it to the note on its commit, unless it is there already.
  ///
  /// - Throws: `EvidenceError` or `GitError`.
  func attest(_ statement: VerdictStatement) async throws -> (place: String, isNew: Bool) {
    guard let commit = ObjectID(statement.revision) else {
      throw EvidenceError(.statementMalformed, "'\(statement.revision)' is not a commit")
    }
    return try await attest(
      try statement.payload(), on: commit, message: "\(statement.result.rawValue) \(statement.service)")
  }

  /// Signs how an artifact was built, and adds it to the note on the commit, unless it is there already.
  ///
  /// - Throws: `EvidenceError` or `GitError`.
  func attest(_ build: BuildStatement) async throws {
    guard let commit = ObjectID(build.revision) else { return }
    _ = try await attest(try build.payload(), on: commit, message: "Build \(build.service)")
  }

  /// Signs that somebody agrees, and adds it to the note on the commit.
  ///
  /// - Returns: where the statement is.
  /// - Throws: `EvidenceError` or `GitError`.
  func attest(_ approval: ApprovalStatement) async throws -> String {
    guard let commit = ObjectID(approval.revision) else {
      throw EvidenceError(.statementMalformed, "'\(approval.revision)' is not a commit")
    }
    return try await attest(
      try approval.payload(), on: commit, message: "Approve \(approval.service)"
    ).place
  }

  /// Signs what the gate decided, and adds it to the note on the commit.
  ///
  /// - Throws: `EvidenceError` or `GitError`.
  func attest(_ decision: DecisionStatement) async throws {
    guard let commit = ObjectID(decision.revision) else { return }
    let word = decision.isAllowed ? "Let pass" : "Refuse"
    _ = try await attest(try decision.payload(), on: commit, message: "\(word) \(decision.service)")
  }

  private func attest(
    _ payload: Data, on commit: ObjectID, message: String
  ) async throws -> (place: String, isNew: Bool) {
    let known = try await repository.note(on: commit)?.lines.contains { line in
      guard let envelope = Envelope(noteLine: line), envelope.unverifiedPayload == payload else { return false }
      return !envelope.signers(of: payload, among: [key.publicKey]).isEmpty
    }
    let place = EvidenceOnRevision.place(commit)
    if known == true { return (place, false) }
    let envelope = try Envelope(signing: payload, with: [key])
    let isNew = try await repository.addToNotes(
      [commit: [try envelope.encoded()]],
      message: "\(message) at \(commit.abbreviated)")
    return (place, isNew)
  }
}
