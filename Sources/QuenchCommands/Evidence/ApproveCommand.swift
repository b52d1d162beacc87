import ArgumentParser
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit

/// `quench approve`.
struct ApproveCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "approve",
    abstract: "Sign that a revision may go to production, for a gate that asks for approvals.",
    discussion: """
      The approval is signed with the key that QUENCH_SIGNING_KEY names, and kept as a git note on the commit; it counts \
      for every commit with the same tree. Where gate.approvals names your key, quench promote counts it. That of the \
      commit's author, and of whoever promotes, does not count unless gate.approvals.self is true.

      EXAMPLES
        QUENCH_SIGNING_KEY=~/keys/ann.pem quench approve v1.4
        quench evidence push          so that the production host can fetch it
        quench why v1.4               what is still missing
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  @Option(name: .shortAndLong, help: ArgumentHelp("What else there is to say.", valueName: "text"))
  var message: String?

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let commit = try await workspace.repository.resolve(revision)
    guard let attestor = try Attestor(workspace.repository) else {
      throw EvidenceError(
        .keyMissing, "there is no key to approve with: QUENCH_SIGNING_KEY is not set",
        remedy: "quench keys new FILE; QUENCH_SIGNING_KEY=FILE quench approve \(commit.id.abbreviated)")
    }
    let committer = try await workspace.repository.committer()
    let approval = ApprovalStatement(
      service: try await workspace.service(for: commit).name, revision: commit.id.description,
      tree: commit.tree.description,
      approver: .init(user: Actor.name, name: committer.name, email: committer.email), comment: message,
      approved: Date())
    let place = try await attestor.attest(approval)
    console.result(
      "approved  \(commit.id.abbreviated)  \(commit.subject.printable.cut(to: 60))  "
        + console.style.dim("signed by key \(attestor.key.id.abbreviated)"))
    console.progress("next: quench evidence push, then on the production host: quench why \(commit.id.abbreviated)")
    try console.document(
      Document(
        revision: approval.revision, tree: approval.tree, service: approval.service, attestation: place,
        keyid: attestor.key.id.description))
    return .passed
  }

  private struct Document: Encodable {
    var schema = "quench.approval/v1"
    var revision: String
    var tree: String
    var service: String
    var attestation: String
    var keyid: String
  }
}
