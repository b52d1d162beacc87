import ArgumentParser

/// `quench evidence`.
struct EvidenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Show, check, sign and exchange the signed verdicts on revisions.",
    discussion: """
      `quench verify` signs its verdict when QUENCH_SIGNING_KEY names a key, and keeps it as a git note on the commit, under \
      refs/notes/quench. Each line of a note is one in-toto statement in its envelope (DSSE). A verdict counts for \
      every commit with the same tree.

      Notes do not travel by themselves: `push` brings them to a remote and `fetch` brings them here. Both put together \
      what the two sides have, so nobody's evidence is lost, however many push at a time.

      EXAMPLES
        quench evidence show       what there is on HEAD, and who says so
        quench evidence verify --signer keys/ci.pub   what of it holds
        quench evidence push       to origin, after a job
        quench evidence fetch      from origin, before a promotion

      WITHOUT THE KEY, AS FOR A FORK'S PULL REQUEST, AND LATER WITH IT
        quench verify --artifacts out/
        quench evidence sign HEAD --statement out/statement.intoto.jsonl
      """,
    subcommands: [
      EvidenceShowCommand.self, EvidenceVerifyCommand.self, EvidenceExportCommand.self, EvidenceSignCommand.self,
      EvidencePushCommand.self, EvidenceFetchCommand.self,
    ])
}
