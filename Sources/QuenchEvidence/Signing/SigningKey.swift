import Crypto
import CryptoExtras
import Foundation

/// An Ed25519 key that signs.
///
/// Nothing prints what is secret about it: description, debug description and mirror show the key's name alone.
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey
  /// The public half.
  public let publicKey: VerificationKey

  /// Makes a new key.
  public init() { self.init(Curve25519.Signing.PrivateKey()) }

  private init(_ key: Curve25519.Signing.PrivateKey) {
    self.key = key
    publicKey = VerificationKey(key.publicKey)
  }

  /// Reads a key from PEM text, as PKCS#8 (RFC 8410).
  ///
  /// - Parameter origin: what the text is, for messages; never the text itself.
  /// - Throws: `EvidenceError` with code `key-malformed`, which has nothing of the text in it.
  public init(pem text: String, from origin: String) throws(EvidenceError) {
    guard let block = PEMBlock(text) else {
      throw EvidenceError(.keyMalformed, "\(origin) is not a private key in PEM", remedy: Self.remedy)
    }
    guard block.label == "PRIVATE KEY" else {
      throw EvidenceError(.keyMalformed, "\(origin) \(Self.fault(of: block.label))", remedy: Self.remedy)
    }
    do {
      // The parser takes an X25519 key for one that signs.
      guard block.bytes.dropFirst(5).starts(with: Self.algorithm) else { throw CryptoKitError.incorrectKeySize }
      self.init(try Curve25519.Signing.PrivateKey(derRepresentation: block.bytes))
    } catch {
      // The parser's own words could quote what it read.
      throw EvidenceError(.keyMalformed, "\(origin) is not an Ed25519 key in PKCS#8", remedy: Self.remedy)
    }
  }

  /// The key's name.
  public var id: KeyID { publicKey.id }

  /// The key as PEM text, in PKCS#8.
  var pem: String { key.pemRepresentation + "\n" }

  /// The signature of a message, 64 bytes.
  ///
  /// - Throws: `EvidenceError` with code `signing-failed`.
  func signature(of message: Data) throws(EvidenceError) -> Data {
    do {
      return Data(try key.signature(for: message))
    } catch {
      throw EvidenceError(.signingFailed, "cannot sign with the key \(id.abbreviated)", cause: error)
    }
  }

  /// The algorithm identifier of Ed25519, which stands behind the outer length and the version (RFC 8410, section 7).
  private static let algorithm: [UInt8] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70]

  private static func fault(of label: String) -> String {
    switch label {
    case "PUBLIC KEY": "holds a public key, not a private one"
    case "ENCRYPTED PRIVATE KEY": "holds a key that a passphrase protects, which nobody could type in a job"
    case "OPENSSH PRIVATE KEY": "holds a key in OpenSSH's own form, not in PKCS#8"
    default: "holds something other than a private key in PKCS#8"
    }
  }

  private static let remedy = "make one: quench keys new FILE; or: openssl genpkey -algorithm ed25519 -out FILE"
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The key's name.
  public var description: String { "signing key \(id)" }
  /// The key's name.
  public var debugDescription: String { description }
  /// The key's name alone.
  public var customMirror: Mirror { Mirror(self, children: ["id": id.description]) }
}
