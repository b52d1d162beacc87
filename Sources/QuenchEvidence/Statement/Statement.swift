import Foundation

/// The wire form of a statement (in-toto Statement v1): a predicate about subjects, which are known by their digests.
struct Statement<Predicate: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
  var type: String
  var subject: [StatementSubject]
  var predicateType: String
  var predicate: Predicate

  init(about subject: [StatementSubject], _ predicateType: String, _ predicate: Predicate) {
    type = StatementHeader.type
    self.subject = subject
    self.predicateType = predicateType
    self.predicate = predicate
  }

  /// Reads the statement of a payload.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`.
  init(payload: Data, _ predicateType: String) throws(EvidenceError) {
    let header = try StatementHeader(payload: payload)
    guard header.predicateType == predicateType else {
      throw EvidenceError(.statementMalformed, "the statement is of type \(header.predicateType), not \(predicateType)")
    }
    self = try WireJSON.decode(
      Self.self, from: payload, as: .statementMalformed, "a whole statement of \(predicateType)")
  }

  private enum CodingKeys: String, CodingKey {
    case type = "_type"
    case subject, predicateType, predicate
  }
}

/// What every statement begins with.
struct StatementHeader: Codable {
  static let type = "https://in-toto.io/Statement/v1"

  var type: String
  var predicateType: String

  /// Reads the kind of a payload's statement.
  ///
  /// - Throws: `EvidenceError` with code `statement-malformed`.
  init(payload: Data) throws(EvidenceError) {
    self = try WireJSON.decode(Self.self, from: payload, as: .statementMalformed, "an in-toto statement")
    guard type == Self.type else {
      throw EvidenceError(.statementMalformed, "this is not an in-toto statement of version 1")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case type = "_type"
    case predicateType
  }
}
