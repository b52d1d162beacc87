/// The wire form of several verdicts, `quench.verdicts/v1`: what `verify` of a range prints.
public struct VerdictsDocument: WireDocument, Equatable {
  /// The schema's name and version.
  public static let schema = "quench.verdicts/v1"

  /// The verdicts, in the order of the range.
  public let verdicts: [VerdictDocument]

  /// Lists verdicts.
  public init(_ verdicts: [VerdictDocument]) {
    self.verdicts = verdicts
  }

  private enum CodingKeys: String, CodingKey {
    case schema, verdicts
  }

  /// Reads the keys of `quench.verdicts/v1`; keys it does not know are ignored.
  public init(from decoder: any Decoder) throws {
    verdicts = try decoder.container(keyedBy: CodingKeys.self).decode([VerdictDocument].self, forKey: .verdicts)
  }

  /// Writes the schema's name and the verdicts.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(Self.schema, forKey: .schema)
    try keys.encode(verdicts, forKey: .verdicts)
  }
}
