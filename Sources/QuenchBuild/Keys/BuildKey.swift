import Crypto
import Foundation
import QuenchDiagnostics
import QuenchGit

/// What went into a build: the SHA-256 over the tree, the recipe, the platform and the toolchain.
public struct BuildKey: Hashable, Sendable, CustomStringConvertible {
  /// The version of what is hashed, and how.
  static let formatVersion = 1

  /// Sixty-four lowercase hexadecimal digits.
  public let description: String

  /// The key that sixty-four hexadecimal digits spell; nil for other text.
  public init?(_ text: some StringProtocol) {
    guard String(text).isSHA256 else { return nil }
    description = String(text)
  }

  /// The key of building `tree` by `recipe` here.
  ///
  /// `tree` is the whole tree's id, or what stands for the part that the recipe's paths name.
  init(tree: String, recipe: Recipe, platform: Platform, toolchain: [Tool]) throws {
    let document = Document(tree: tree, recipe: RecipeEncoding(recipe), platform: platform, toolchain: toolchain)
    description = SHA256.hash(data: try ImageDocuments.encode(document)).hexadecimal
  }

  /// The first twelve digits, for file names and people.
  public var abbreviated: String { String(description.prefix(12)) }

  private struct Document: Encodable {
    let version = BuildKey.formatVersion
    let tree: String
    let recipe: RecipeEncoding
    let platform: Platform
    let toolchain: [Tool]
  }
}

extension BuildKey: Codable {
  /// Reads sixty-four hexadecimal digits.
  ///
  /// - Throws: `DecodingError.dataCorrupted` for any other text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let key = BuildKey(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a build key has 64 hexadecimal digits")
    }
    self = key
  }

  /// Writes sixty-four hexadecimal digits.
  ///
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
