import Crypto
import Foundation
import QuenchDiagnostics
import QuenchState

/// A token as whoever has it shows it: `quench_<id>_<secret>`.
///
/// The secret is 256 random bits, so that its plain SHA-256 tells nobody what it is.
public struct AccessKey: Sendable {
  /// Twelve hexadecimal digits.
  public let id: String
  private let secret: String

  /// Makes a new one.
  public init() {
    id = Self.hexadecimal(bytes: 6)
    secret = Self.hexadecimal(bytes: 32)
  }

  /// Reads a token; nil for a text that is none.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard text.utf8.count < 128, parts.count == 3, parts[0] == "quench", parts[1].utf8.count == 12,
      parts[2].utf8.count == 64, parts.dropFirst().allSatisfy({ $0.allSatisfy { $0.isHexDigit && $0.isASCII } })
    else { return nil }
    (id, secret) = (String(parts[1]), String(parts[2]))
  }

  /// The whole token.
  public var text: String { "quench_\(id)_\(secret)" }

  /// The SHA-256 of the secret, in hexadecimal digits, by which it is known again.
  public var hash: String { SHA256.hash(data: Data(secret.utf8)).hexadecimal }

  /// Whether its hash is this one; takes as long for any hash of its length.
  func matches(_ hash: String) -> Bool { self.hash.isSameInConstantTime(as: hash) }

  private static func hexadecimal(bytes: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }.hexadecimal
  }
}
