import Foundation

/// A JSON document that other programs read, with a schema's name and version inside.
///
/// Keys may be added to a version; none is renamed or dropped. Where the schema documents a key, it is always there,
/// with `null` for an unknown value.
public protocol WireDocument: Codable, Sendable {
  /// The schema's name and version, such as `quench.verdict/v1`.
  static var schema: String { get }
}

extension WireDocument {
  /// The document as JSON in UTF-8: keys sorted, slashes as they are, dates in ISO 8601 and UTC to the second.
  ///
  /// - Parameter indented: whether to break lines for people; without it the document is one line.
  /// - Throws: `EvidenceError` with code `document-unwritable` for a number that JSON does not have.
  public func encoded(indented: Bool = false) throws(EvidenceError) -> Data {
    try WireJSON.encode(self, indented: indented, what: "a \(Self.schema) document")
  }

  /// Reads a document of this schema.
  ///
  /// - Throws: `EvidenceError` with code `schema-unknown` when it says it is something else, `document-unreadable`
  ///   when it is not JSON or lacks a key.
  public init(decoding data: Data) throws(EvidenceError) {
    let header = try WireJSON.decode(
      DocumentHeader.self, from: data, as: .documentUnreadable, "a \(Self.schema) document")
    guard header.schema == Self.schema else {
      throw EvidenceError(
        .schemaUnknown, "this is a \(header.schema) document, not \(Self.schema)",
        remedy: "use a version of quench that knows \(header.schema)")
    }
    self = try WireJSON.decode(
      Self.self, from: data, as: .documentUnreadable, "a whole \(Self.schema) document")
  }
}

/// The one key that every document has.
struct DocumentHeader: Codable {
  var schema: String
}
