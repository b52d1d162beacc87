import Crypto
import CryptoExtras
import Foundation
import QuenchDiagnostics

/// The name of a key: the SHA-256 of its public half's SPKI encoding (RFC 8410), in hexadecimal.
///
/// The same for the private and the public file, and what
/// `openssl pkey -pubin -in FILE.pub -outform DER | sha256sum` prints.
public struct KeyID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Sixty-four lowercase hexadecimal digits.
  public let description: String

  init(of key: Curve25519.Signing.PublicKey) {
    description = SHA256.hash(data: key.derRepresentation).hexadecimal
  }

  /// The first twelve digits, for people.
  public var abbreviated: String { String(description.prefix(12)) }

  /// The order of the spellings.
  public static func < (left: KeyID, right: KeyID) -> Bool { left.description < right.description }
}
