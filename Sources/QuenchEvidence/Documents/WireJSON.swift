import Foundation

/// How everything that leaves Quench as JSON is written and read: keys sorted, slashes as they are, times in RFC 3339 and
/// UTC to the second.
enum WireJSON {
  /// A value as JSON in UTF-8.
  ///
  /// - Parameters:
  ///   - indented: whether to break lines for people; without it the text is one line.
  ///   - what: what it is, for the message.
  /// - Throws: `EvidenceError` with code `document-unwritable` for a number that JSON does not have.
  static func encode(_ value: some Encodable, indented: Bool = false, what: String) throws(EvidenceError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    do {
      return try encoder.encode(value)
    } catch {
      throw EvidenceError(.documentUnwritable, "cannot write \(what)", cause: error)
    }
  }

  /// Reads a value.
  ///
  /// - Throws: `EvidenceError` with the code, saying that it is not what it should be.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from data: Data, as code: EvidenceError.Code, _ what: String
  ) throws(EvidenceError) -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      return try decoder.decode(type, from: data)
    } catch {
      throw EvidenceError(code, "this is not \(what)", cause: error)
    }
  }
}
