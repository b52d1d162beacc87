import ArgumentParser
import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import SystemPackage

/// `quench evidence export`.
struct EvidenceExportCommand: QuenchSubcommand {
  static let configuration = ArgumentParser.CommandConfiguration(
    commandName: "export",
    abstract: "Write the evidence on a revision as files that other tools read.",
    discussion: """
      Each line is a DSSE envelope, as cosign and in-toto tools read them. With --unsigned it is the statement of the \
      newest verdict in the ledger instead, for another job to sign.

      EXAMPLES
        quench evidence export v1.4 --output v1.4.intoto.jsonl
        quench evidence export --unsigned --output statement.intoto.jsonl
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write; standard output when left out.", valueName: "file"))
  var output: String?

  @Flag(help: "Write the ledger's verdict as a statement without signatures.")
  var unsigned = false

  func perform(_ console: Console) async throws -> ExitStatus {
    if unsigned {
      let workspace = try await Workspace(global, console: console)
      let commit = try await workspace.repository.resolve(revision)
      let service = try await workspace.service(for: commit).name
      let verdict = VerdictStatement(try await workspace.recordedVerdict(on: commit, of: service))
      try write([try verdict.payload()], of: commit, envelopes: [], console)
      return .passed
    }
    let repository = try Repository(containing: global.folder)
    let evidence = try await EvidenceOnRevision(try await repository.resolve(revision), in: repository)
    guard !evidence.entries.isEmpty else { throw EvidenceError(noneOn: evidence.revision) }
    let envelopes = evidence.entries.map(\.envelope)
    try write(try envelopes.map { try $0.encoded() }, of: evidence.revision, envelopes: envelopes, console)
    return .passed
  }

  private func write(_ lines: [Data], of commit: Revision, envelopes: [Envelope], _ console: Console) throws {
    let text = lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
    var path: FilePath?
    if let output {
      let file = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(output))
      do {
        try Data(text.utf8).write(to: URL(filePath: file.string), options: .atomic)
      } catch {
        throw EvidenceError(
          .fileUnusable, "cannot write \(file)", remedy: "name a place this user can write", cause: error)
      }
      path = file
      console.result("\(file)  \(lines.count.counting(unsigned ? "statement" : "envelope"))")
    } else {
      console.text(text)
    }
    try console.document(
      Document(
        revision: commit.id.description, tree: commit.tree.description, file: path?.string, envelopes: envelopes,
        statement: unsigned ? String(decoding: lines.first ?? Data(), as: UTF8.self) : nil))
  }

  private struct Document: Encodable {
    var schema = "quench.evidence/v1"
    var revision: String
    var tree: String
    var file: String?
    var envelopes: [Envelope]
    /// The statement's own text, whose bytes are what is signed.
    var statement: String?
  }
}
