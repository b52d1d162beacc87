import ArgumentParser
import Foundation
import QuenchControl
import QuenchDiagnostics
import QuenchLedger
import QuenchProcesses

/// `quench token`.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make, list and revoke the tokens of those who promote from afar.",
    discussion: """
      A token is shown once, when it is made; this host keeps only its hash. CI jobs have it in QUENCH_TOKEN. Where \
      quench.yml has an `api`, quench serve answers them there, over TLS.

      EXAMPLES
        quench token new ci --can promote,read --expires 30d
        QUENCH_TOKEN=… quench promote v1.4 --to https://production.example:8443
        quench token revoke 3f6a2b9c1d0e
      """,
    subcommands: [TokenNewCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

/// `quench token new`.
struct TokenNewCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a token, and show it this once.",
    discussion: """
      EXAMPLES
        quench token new ci --can promote,read --expires 30d
        quench token new on-call --can rollback,freeze,read --expires 12h
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "Who it is for; promotions and events name it.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "What it is good for: \(AccessScope.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "scopes"),
    transform: Self.scopes)
  var can: Set<AccessScope>

  @Option(
    help: ArgumentHelp("How long it is good: 12h, 30d. Without, until it is revoked.", valueName: "duration"),
    transform: LengthOfTime.reading)
  var expires: LengthOfTime?

  @Sendable private static func scopes(_ text: String) throws -> Set<AccessScope> {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    return Set(
      try words.map { word in
        guard let scope = AccessScope(rawValue: String(word)) else {
          throw ValidationError(
            "'\(word)' is none of \(AccessScope.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return scope
      })
  }

  func validate() throws {
    guard name.contains(where: { !$0.isWhitespace }), name.count <= 60 else {
      throw ValidationError("Say who it is for, in at most 60 characters: quench token new ci --can promote.")
    }
    guard name != "client certificate" else {
      throw ValidationError("'client certificate' is what those are called who show no token.")
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let key = AccessKey()
    let token = AccessToken(
      id: key.id, name: name, hash: key.hash, scopes: can,
      expires: expires.map { Date().addingTimeInterval($0.duration.seconds) })
    try await workspace.ledger.add(token)
    try await workspace.ledger.append(
      LedgerEvent("token-made", subject: name, detail: ["id": .text(key.id), "actor": .text(Actor.name)]), of: nil)
    console.result(key.text)
    console.progress(
      "\(name) may \(token.words)\(token.expires.map { " until \($0.formatted(.iso8601))" } ?? ""); "
        + "it is shown this once. next: put it into QUENCH_TOKEN where it is used")
    try console.document(
      NewDocument(token: key.text, id: key.id, name: name, can: token.sortedScopes, expires: token.expires))
    return .passed
  }

  private struct NewDocument: Encodable {
    var schema = "quench.token/v1"
    var token: String
    var id: String
    var name: String
    var can: [String]
    var expires: Date?
  }
}

/// `quench token list`.
struct TokenListCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens there are, without what is secret of them.")

  static let onlyLooks = true

  @OptionGroup var global: GlobalOptions

  func perform(_ console: Console) async throws -> ExitStatus {
    let tokens = try await Workspace(global, console: console).ledger.accessTokens()
    var table = Table("ID", "NAME", "MAY", "MADE", "STATE")
    for token in tokens {
      table.add(
        token.id, token.name.printable, token.sortedScopes.joined(separator: ","), token.created.formatted(.iso8601),
        token.state)
    }
    if tokens.isEmpty {
      console.result("there are no tokens; next: quench token new NAME --can promote")
    } else {
      for line in table.lines(console.style) { console.result(line) }
    }
    try console.document(TokenListDocument(tokens: tokens.map(TokenListDocument.Entry.init)))
    return .passed
  }
}

/// `quench token revoke`.
struct TokenRevokeCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Have a token be good for nothing from now on.")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The token's id, as quench token list shows it.")
  var id: String

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    guard let token = try await workspace.ledger.revokeAccessToken(id) else {
      throw UsageError("there is no token \(id)", remedy: "quench token list")
    }
    try await workspace.ledger.append(
      LedgerEvent("token-revoked", subject: token.name, detail: ["id": .text(id), "actor": .text(Actor.name)]), of: nil)
    console.result("the token \(token.name.printable) is revoked")
    try console.document(TokenListDocument(tokens: [TokenListDocument.Entry(token)]))
    return .passed
  }
}

/// The wire form of tokens, `quench.tokens/v1`.
private struct TokenListDocument: Encodable {
  struct Entry: Encodable {
    var id: String
    var name: String
    var can: [String]
    var created: Date
    var expires: Date?
    var revoked: Date?

    init(_ token: AccessToken) {
      id = token.id
      name = token.name
      can = token.sortedScopes
      created = token.created
      expires = token.expires
      revoked = token.revoked
    }
  }

  var schema = "quench.tokens/v1"
  var tokens: [Entry]
}

extension AccessToken {
  fileprivate var sortedScopes: [String] { scopes.map(\.rawValue).sorted() }

  fileprivate var words: String { sortedScopes.joined(separator: ", ") }

  fileprivate var state: String {
    if let revoked { return "revoked \(revoked.formatted(.iso8601))" }
    guard let expires else { return "good" }
    return "\(isGood(at: Date()) ? "good until" : "expired") \(expires.formatted(.iso8601))"
  }
}
