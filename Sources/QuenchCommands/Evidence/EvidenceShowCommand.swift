import ArgumentParser
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit

/// `quench evidence show`.
struct EvidenceShowCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what notes say of a revision, without checking it.",
    discussion: """
      Statements on other commits with the same tree are shown too. Exit status 1 when there are none.

      EXAMPLES
        quench evidence show v1.4
        quench evidence show --format json | jq '.statements[].result'
        git notes --ref=quench show HEAD      the lines themselves
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Any revision git knows.")
  var revision = "HEAD"

  func perform(_ console: Console) async throws -> ExitStatus {
    let repository = try Repository(containing: global.folder)
    let evidence = try await EvidenceOnRevision(try await repository.resolve(revision), in: repository)
    let text = EvidenceText(console: console)
    text.title(evidence.revision)
    for entry in evidence.entries { text.show(entry) }
    if evidence.entries.isEmpty { console.complaint(about: EvidenceError(noneOn: evidence.revision)) }
    try console.document(EvidenceDocument(evidence.revision, evidence.entries.map { .init($0) }))
    return evidence.entries.isEmpty ? .failed : .passed
  }
}

extension EvidenceError {
  /// That notes have nothing on a revision.
  init(noneOn revision: Revision) {
    self.init(
      .evidenceMissing, "there is no evidence on \(revision.id.abbreviated), nor on another commit with its tree",
      remedy: "quench evidence fetch, or QUENCH_SIGNING_KEY=FILE quench verify \(revision.id.abbreviated)")
  }
}
