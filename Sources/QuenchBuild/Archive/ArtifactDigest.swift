import QuenchDiagnostics

/// The SHA-256 of an artifact's bytes, which is the SHA-256 of its uncompressed tar layer.
public struct ArtifactDigest: Hashable, Sendable, CustomStringConvertible {
  /// Sixty-four lowercase hexadecimal digits.
  public let description: String

  /// The digest that sixty-four hexadecimal digits spell, with or without `sha256:` before them; nil for other text.
  public init?(_ text: some StringProtocol) {
    let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : String(text)
    guard digits.isSHA256 else { return nil }
    description = digits
  }

  init(hashed bytes: some Sequence<UInt8>) {
    description = bytes.hexadecimal
  }

  /// The digest as OCI documents write it.
  var qualified: String { "sha256:\(description)" }
}

extension ArtifactDigest: Codable {
  /// Reads sixty-four hexadecimal digits.
  ///
  /// - Throws: `DecodingError.dataCorrupted` for any other text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let digest = ArtifactDigest(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a digest has 64 hexadecimal digits")
    }
    self = digest
  }

  /// Writes sixty-four hexadecimal digits.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension ArtifactDigest: Comparable {
  /// The order of the spellings.
  public static func < (left: ArtifactDigest, right: ArtifactDigest) -> Bool { left.description < right.description }
}

extension String {
  /// Whether it is a SHA-256 as this project writes it: sixty-four lowercase hexadecimal digits.
  var isSHA256: Bool { utf8.count == 64 && utf8.allSatisfy("0123456789abcdef".utf8.contains) }
}
