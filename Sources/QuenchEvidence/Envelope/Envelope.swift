import Crypto
import Foundation
import QuenchDiagnostics

/// A signed statement in its envelope (DSSE v1.0.2, github.com/secure-systems-lab/dsse).
///
/// What is in it is not to be believed before ``verified(by:)`` has given it out.
public struct Envelope: Sendable, Hashable {
  /// A signature, and who it is said to be by.
  public struct Signature: Sendable, Hashable {
    /// The name of the key, as the envelope has it: a hint that nothing is decided by.
    public var keyHint: String?
    /// The signature's bytes; nil where they cannot be read.
    public var bytes: Data?
  }

  /// The bytes that were signed, whoever signed them.
  public let unverifiedPayload: Data
  /// The media type of the payload, which is signed as well.
  public let payloadType: String
  /// The signatures, in the order of the envelope.
  public let signatures: [Signature]

  /// The media type of an in-toto statement.
  public static let statementType = "application/vnd.in-toto+json"
  /// The largest envelope that is read, in bytes.
  public static let largestSize = 1 << 20
  /// The most signatures that an envelope is read with.
  public static let mostSignatures = 32

  /// Signs a payload with each of the keys.
  ///
  /// - Throws: `EvidenceError` with code `signing-failed` or `envelope-too-large`.
  public init(
    signing payload: Data, type: String = Envelope.statementType, with keys: [SigningKey]
  ) throws(EvidenceError) {
    let message = PreAuthenticationEncoding.message(payload, type: type)
    var signatures: [Signature] = []
    for key in keys {
      signatures.append(Signature(keyHint: key.id.description, bytes: try key.signature(of: message)))
    }
    unverifiedPayload = payload
    payloadType = type
    self.signatures = signatures
    guard try encoded().count <= Self.largestSize else { throw Self.tooLarge }
  }

  /// Reads an envelope.
  ///
  /// - Throws: `EvidenceError` with code `envelope-malformed` or `envelope-too-large`.
  public init(decoding data: Data) throws(EvidenceError) {
    guard data.count <= Self.largestSize else { throw Self.tooLarge }
    let wire = try WireJSON.decode(EnvelopeDocument.self, from: data, as: .envelopeMalformed, "a DSSE envelope")
    guard let payload = Base64Text.decode(wire.payload) else {
      throw EvidenceError(.envelopeMalformed, "the envelope's payload is not base64")
    }
    guard wire.signatures.count <= Self.mostSignatures else {
      throw EvidenceError(.envelopeMalformed, "the envelope has more than \(Self.mostSignatures) signatures")
    }
    unverifiedPayload = payload
    payloadType = wire.payloadType
    signatures = wire.signatures.map { Signature(keyHint: $0.keyid, bytes: Base64Text.decode($0.sig)) }
  }

  /// The envelope as JSON on one line, without a line end.
  ///
  /// - Throws: `EvidenceError` with code `document-unwritable`.
  public func encoded() throws(EvidenceError) -> Data {
    try WireJSON.encode(self, what: "an envelope")
  }

  private var document: EnvelopeDocument {
    EnvelopeDocument(
      payload: unverifiedPayload.base64EncodedString(), payloadType: payloadType,
      signatures: signatures.map {
        EnvelopeDocument.Signature(keyid: $0.keyHint, sig: $0.bytes?.base64EncodedString() ?? "")
      })
  }

  /// A line of a note as an envelope; nil for a line that is none, which others may have written there.
  public init?(noteLine: Data) {
    guard let envelope = try? Envelope(decoding: noteLine) else { return nil }
    self = envelope
  }

  private static var tooLarge: EvidenceError {
    EvidenceError(.envelopeTooLarge, "the envelope is larger than \(largestSize >> 20) MiB")
  }
}

extension Envelope: Encodable {
  /// Writes the envelope as DSSE has it.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws { try document.encode(to: encoder) }
}

/// The wire form of an envelope.
struct EnvelopeDocument: Codable {
  struct Signature: Codable {
    var keyid: String?
    var sig: String
  }

  var payload: String
  var payloadType: String
  var signatures: [Signature]
}

extension Envelope {
  /// The SHA-256 of what is in it, by which decisions name it.
  public var payloadDigest: String { Self.digest(of: unverifiedPayload) }

  /// The SHA-256 of bytes, in hexadecimal digits.
  public static func digest(of data: Data) -> String {
    SHA256.hash(data: data).hexadecimal
  }
}
