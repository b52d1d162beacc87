import ArgumentParser
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchSuites
import SystemPackage

/// `quench evidence sign`.
struct EvidenceSignCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "sign",
    abstract: "Sign the verdict that another job reached.",
    discussion: """
      The verdict is the newest one that this host's ledger has on the revision's tree, or that of a statement which \
      `verify --artifacts DIR` or `evidence export --unsigned` wrote. A statement has to be about the very commit and \
      service. Whoever signs it vouches for the job that made it: it is for a job whose inputs are trusted.

      QUENCH_SIGNING_KEY names the key. Signed twice, a verdict is not kept twice.

      EXAMPLES
        quench evidence sign
        quench evidence sign HEAD --statement out/statement.intoto.jsonl
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  @Option(help: ArgumentHelp("A statement to sign, instead of what the ledger has.", valueName: "file"))
  var statement: String?

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let commit = try await workspace.repository.resolve(revision)
    guard let attestor = try Attestor(workspace.repository) else {
      throw EvidenceError(
        .keyMissing, "there is no key to sign with: QUENCH_SIGNING_KEY is not set",
        remedy: "quench keys new FILE; QUENCH_SIGNING_KEY=FILE quench evidence sign \(commit.id.abbreviated)")
    }
    let service = try await workspace.service(for: commit).name
    let verdict =
      if let statement {
        try read(statement, on: commit, of: service)
      } else {
        VerdictStatement(try await workspace.recordedVerdict(on: commit, of: service))
      }
    let (place, isNew) = try await attestor.attest(verdict)
    console.result(
      "\(verdict.result.word(console.style))  \(commit.id.abbreviated)  \(commit.subject.printable.cut(to: 60))  "
        + console.style.dim("\(isNew ? "signed" : "was signed already") by key \(attestor.key.id.abbreviated)"))
    try console.document(
      Document(
        revision: commit.id.description, tree: commit.tree.description, service: service,
        result: verdict.result.rawValue, attestation: place, keyid: attestor.key.id.description, added: isNew))
    return .passed
  }

  /// Reads a statement, as it is or in an envelope, and makes sure what it is about.
  ///
  /// What is signed is what was understood of it, written anew.
  private func read(_ file: String, on commit: Revision, of service: String) throws -> VerdictStatement {
    let path = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(file))
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path.string))
    } catch {
      throw EvidenceError(.fileUnusable, "cannot read the statement \(path)", remedy: "ls -l '\(path)'", cause: error)
    }
    let statement = try VerdictStatement(payload: (try? Envelope(decoding: data))?.unverifiedPayload ?? data)
    guard statement.revision == commit.id.description, statement.tree == commit.tree.description else {
      throw EvidenceError(
        .subjectMismatch,
        "\(path) is about commit \(statement.revision.prefix(7)), and not about \(commit.id.abbreviated)",
        remedy: "quench evidence sign \(statement.revision.prefix(12)) --statement '\(file)'")
    }
    guard statement.service == service else {
      throw EvidenceError(
        .serviceMismatch, "\(path) is about the service '\(statement.service)', and not about '\(service)'",
        remedy: "name the other service's quench.yml with --config FILE")
    }
    return statement
  }

  private struct Document: Encodable {
    var schema = "quench.evidence/v1"
    var revision: String
    var tree: String
    var service: String
    var result: String
    var attestation: String
    var keyid: String
    var added: Bool
  }
}

extension Workspace {
  /// The newest verdict on a revision's tree, as one on the revision itself.
  ///
  /// - Throws: `EvidenceError` with code `evidence-missing` when there is none.
  func recordedVerdict(on revision: Revision, of service: String) async throws -> Verdict {
    guard var verdict = try await ledger.verdict(service: service, tree: revision.tree.description) else {
      throw EvidenceError(
        .evidenceMissing, "the ledger has no verdict on \(revision.id.abbreviated) of the service \(service)",
        remedy: "quench verify \(revision.id.abbreviated)")
    }
    verdict.revision = revision.id.description
    return verdict
  }
}
