import Crypto
import CryptoExtras
import Foundation
import SystemPackage

/// The public half of an Ed25519 key, which checks signatures.
public struct VerificationKey: Sendable, CustomStringConvertible {
  /// The key's name.
  public let id: KeyID
  private let key: Curve25519.Signing.PublicKey

  init(_ key: Curve25519.Signing.PublicKey) {
    self.key = key
    id = KeyID(of: key)
  }

  /// Reads a key from PEM text, as SPKI (RFC 8410).
  ///
  /// - Parameter origin: what the text is, for messages: a file's path.
  /// - Throws: `EvidenceError` with code `key-malformed`.
  public init(pem text: String, from origin: String) throws(EvidenceError) {
    guard let block = PEMBlock(text) else {
      throw EvidenceError(.keyMalformed, "\(origin) is not a public key in PEM", remedy: Self.remedy)
    }
    guard block.label == "PUBLIC KEY" else {
      let isPrivate = block.label.hasSuffix("PRIVATE KEY")
      throw EvidenceError(
        .keyMalformed, "\(origin) holds a \(isPrivate ? "private" : "different kind of") key, not a public one",
        remedy: isPrivate ? "name the file beside it that ends in .pub" : Self.remedy)
    }
    do {
      self.init(try Curve25519.Signing.PublicKey(derRepresentation: block.bytes))
    } catch {
      throw EvidenceError(.keyMalformed, "\(origin) is not an Ed25519 public key", remedy: Self.remedy)
    }
  }

  /// Reads a key file.
  ///
  /// - Throws: `EvidenceError` with code `key-unreadable` or `key-malformed`.
  public init(file: FilePath) throws(EvidenceError) {
    try self.init(pem: try KeyFile(path: file).text(), from: file.string)
  }

  /// The key as PEM text, in SPKI.
  public var pem: String { key.pemRepresentation + "\n" }

  /// The key's name.
  public var description: String { "public key \(id)" }

  /// Whether these 64 bytes are this key's signature of the message.
  func isValid(_ signature: Data, of message: Data) -> Bool { key.isValidSignature(signature, for: message) }

  private static let remedy = "make a pair: quench keys new FILE"
}

extension VerificationKey: Hashable {
  /// Keys are equal when their names are.
  public static func == (left: VerificationKey, right: VerificationKey) -> Bool { left.id == right.id }

  /// Hashes the key's name.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
