/// The wire form of several verdicts, `quench.verdicts/v1`: what `verify` of a range prints.
public struct VerdictsDocument: WireDocument, Equatable {
  /// The schema's name and version.
  public static let schema = "quench.verdicts/v1"

  /// The verdicts, in the order of the range.
  public let verdicts: [VerdictDocument]
  /// The revisions of the range that there was no time for, in its order.
  public let notVerified: [String]

  /// Lists verdicts, and the revisions without one.
  public init(_ verdicts: [VerdictDocument], notVerified: [String] = []) {
    self.verdicts = verdicts
    self.notVerified = notVerified
  }

  private enum CodingKeys: String, CodingKey {
    case schema, verdicts
    case notVerified = "not_verified"
  }

  /// Reads the keys of `quench.verdicts/v1`; keys it does not know are ignored.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    verdicts = try keys.decode([VerdictDocument].self, forKey: .verdicts)
    notVerified = try keys.decodeIfPresent([String].self, forKey: .notVerified) ?? []
  }

  /// Writes the schema's name, the verdicts and the revisions without one.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(Self.schema, forKey: .schema)
    try keys.encode(verdicts, forKey: .verdicts)
    try keys.encode(notVerified, forKey: .notVerified)
  }
}
