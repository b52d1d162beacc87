import ArgumentParser
import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import SystemPackage

/// `quench evidence verify`.
struct EvidenceVerifyCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "verify",
    abstract: "Check the evidence on a revision: who signed it, and whether it is about this revision and service.",
    discussion: """
      Each statement is checked on its own: a signature by a trusted key over these very bytes, the commit and its tree, \
      the name of the service, and the bytes of the artifact where this host has it in its store. What is refused says \
      why. Whether a revision may be promoted is another question: a FAILED verdict can be sound evidence.

      Trusted are the keys that --signer names; without it those of `gate.signers` in this host's quench.yml.

      EXAMPLES
        quench evidence verify --signer keys/ci.pub
        quench evidence verify v1.4 --signer ci.pub --signer release.pub

      EXIT STATUS
        0 at least one statement holds · 1 none does ·
        64 nobody is trusted · 3 a key cannot be read
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  @Option(help: ArgumentHelp("A public key whose signatures count; may be given several times.", valueName: "file"))
  var signer: [String] = []

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let commit = try await workspace.repository.resolve(revision)
    let trusted = try await workspace.trustedKeys(named: signer, for: commit)
    let evidence = try await EvidenceOnRevision(commit, in: workspace.repository)
    let question = EvidenceQuestion(
      revision: commit.id.description, tree: commit.tree.description,
      service: try await workspace.service(for: commit).name, trusted: trusted)
    let text = EvidenceText(console: console)
    text.title(commit)
    var entries: [EvidenceDocument.Entry] = []
    let trees = await evidence.trees(in: workspace.repository)
    for entry in evidence.entries {
      var finding = question.finding(
        of: entry.envelope, among: evidence.entries.map(\.envelope), treeOf: { trees[$0] })
      let artifact = try await checkArtifact(of: &finding, in: workspace.store)
      text.show(entry, finding, artifact: artifact)
      entries.append(.init(entry, finding, artifact: artifact))
    }
    let holds = entries.contains { $0.holds == true }
    if entries.isEmpty {
      console.complaint(about: EvidenceError(noneOn: commit))
    } else {
      let count = entries.count { $0.holds == true }
      console.result("\(count) of \(entries.count.counting("statement")) \(count == 1 ? "holds" : "hold")")
    }
    try console.document(EvidenceDocument(commit, service: question.service, holds: holds, entries))
    return holds ? .passed : .failed
  }

  /// Looks whether the store has the artifact, whole; if it has other bytes in its place, the statement is refused.
  private func checkArtifact(of finding: inout EvidenceFinding, in store: BuildStore) async throws -> String? {
    guard finding.refusal == nil, let digest = finding.statement?.subject?.digest.flatMap({ ArtifactDigest($0) })
    else { return nil }
    do {
      try await store.check(digest)
      return "in the store"
    } catch let error as BuildError where error.code == .artifactMissing {
      return "not in this store"
    } catch let error as BuildError {
      finding.refusal = EvidenceError(
        .artifactMismatch, "the artifact in the store is not the one it is about: \(error.message)", cause: error)
      return "damaged"
    }
  }
}

extension Workspace {
  /// The keys whose signatures count: those of the named files, else those of `gate.signers`.
  ///
  /// - Throws: `UsageError` when there is none; `EvidenceError` when one cannot be read.
  func trustedKeys(named files: [String], for revision: Revision) async throws -> [VerificationKey] {
    var paths = files.map { FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath($0)) }
    if files.isEmpty, let host {
      let folder = host.file.path.removingLastComponent()
      paths = try await configuration(for: revision).gate.signers.map { folder.pushing(FilePath($0.key)) }
    }
    guard !paths.isEmpty else {
      throw UsageError(
        "nobody is trusted: no --signer is named, and quench.yml has no gate.signers",
        remedy: "quench evidence verify \(revision.id.abbreviated) --signer FILE.pub")
    }
    return try paths.map { try VerificationKey(file: $0) }
  }
}
