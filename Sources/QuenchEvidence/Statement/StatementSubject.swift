/// The wire form of one subject: its name, and its digests by algorithm.
struct StatementSubject: Codable, Sendable, Hashable {
  var name: String?
  var digest: [String: String]

  /// The revision: two digests of one thing, so that a verdict counts for every commit with the tree.
  static func revision(_ commit: String, tree: String) -> StatementSubject {
    StatementSubject(name: "revision", digest: [Algorithm.commit: commit, Algorithm.tree: tree])
  }

  /// The artifact of a service.
  static func artifact(of service: String, _ digest: String) -> StatementSubject {
    StatementSubject(name: service, digest: [Algorithm.sha256: digest])
  }

  /// The algorithms of in-toto's digest sets that occur here.
  enum Algorithm {
    static let commit = "gitCommit"
    static let tree = "gitTree"
    static let sha256 = "sha256"
  }
}

extension [StatementSubject] {
  /// The one commit and tree.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed` when there is not exactly one of each.
  func revision() throws(EvidenceError) -> (commit: String, tree: String) {
    guard let commit = try only(StatementSubject.Algorithm.commit, digits: 40),
      let tree = try only(StatementSubject.Algorithm.tree, digits: 40)
    else { throw EvidenceError(.statementMalformed, "the statement names no commit and tree as its subject") }
    return (commit, tree)
  }

  /// The digest of the one artifact; nil when there is none.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed` when there are several.
  func artifact() throws(EvidenceError) -> String? { try only(StatementSubject.Algorithm.sha256, digits: 64) }

  private func only(_ algorithm: String, digits: Int) throws(EvidenceError) -> String? {
    let values = Set(compactMap { $0.digest[algorithm] })
    guard values.count <= 1, values.allSatisfy({ $0.isLowercaseHexadecimal(digits: digits) }) else {
      throw EvidenceError(.statementMalformed, "the statement's subject has no one \(algorithm) of \(digits) digits")
    }
    return values.first
  }
}

extension String {
  /// Whether the text is that many hexadecimal digits, in lower case.
  func isLowercaseHexadecimal(digits: Int) -> Bool {
    utf8.count == digits
      && utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
