import ArgumentParser
import QuenchDiagnostics
import QuenchGit

/// The remote that evidence is exchanged with.
struct RemoteArgument: ParsableArguments {
  @Argument(help: "A remote's name, or a URL or path; origin, or the only remote, when left out.")
  var remote: String?

  /// The remote's name or URL.
  ///
  /// - Throws: `GitError` with code `remote-unknown` when none is named, and it is not clear which.
  func name(in repository: Repository) async throws -> String {
    if let remote { return remote }
    return try await repository.defaultRemote()
  }
}

/// `quench evidence push`.
struct EvidencePushCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Bring the evidence from here to a remote, and the remote's here.",
    discussion: """
      What the remote has is put together with what is here, so nothing is lost on either side, and it is tried again \
      when somebody else was faster. It goes through your own git, with its credentials.

      EXAMPLES
        quench evidence push
        quench evidence push https://git.example.org/orders.git
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup var remote: RemoteArgument

  func perform(_ console: Console) async throws -> ExitStatus {
    let repository = try Repository(containing: global.folder)
    let exchange = try await repository.pushNotes(to: try await remote.name(in: repository))
    console.result(
      (exchange.sent ? "sent evidence to \(exchange.remote)" : "\(exchange.remote) has all evidence from here")
        + (exchange.received ? ", and received what was new there" : "")
        + (exchange.attempts > 1 ? " (in \(exchange.attempts) attempts)" : ""))
    try console.document(EvidenceExchangeDocument(exchange))
    return .passed
  }
}

/// `quench evidence fetch`.
struct EvidenceFetchCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Bring a remote's evidence here.",
    discussion: """
      It is put together with what is here; nothing is replaced. It goes through your own git, with its credentials.

      EXAMPLES
        quench evidence fetch && quench evidence verify v1.4
      """)

  @OptionGroup var global: GlobalOptions

  @OptionGroup var remote: RemoteArgument

  func perform(_ console: Console) async throws -> ExitStatus {
    let repository = try Repository(containing: global.folder)
    let exchange = try await repository.fetchNotes(from: try await remote.name(in: repository))
    console.result(
      exchange.received
        ? "received evidence from \(exchange.remote)" : "\(exchange.remote) has no evidence that is not here")
    try console.document(EvidenceExchangeDocument(exchange))
    return .passed
  }
}

/// The wire form of an exchange, `quench.evidence/v1`.
struct EvidenceExchangeDocument: Encodable {
  var schema = "quench.evidence/v1"
  var remote: String
  var sent: Bool
  var received: Bool
  var attempts: Int

  init(_ exchange: NotesExchange) {
    remote = exchange.remote
    sent = exchange.sent
    received = exchange.received
    attempts = exchange.attempts
  }
}
