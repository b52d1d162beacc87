/// One thing that was looked at before production was moved, or that had it moved back.
public struct PromotionReason: Sendable, Hashable, Codable {
  /// What was looked at, in kebab-case.
  public var rule: String
  /// Whether it was as it has to be.
  public var ok: Bool
  /// What was found, in words.
  public var detail: String
  /// The command to run next; nil where there is nothing to do.
  public var next: String?

  /// Describes a reason.
  public init(_ rule: String, ok: Bool, _ detail: String, next: String? = nil) {
    self.rule = rule
    self.ok = ok
    self.detail = detail
    self.next = next
  }

  private enum CodingKeys: String, CodingKey {
    case rule, ok, detail, next
  }

  /// Writes every key, with `null` where there is nothing to run next.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(rule, forKey: .rule)
    try keys.encode(ok, forKey: .ok)
    try keys.encode(detail, forKey: .detail)
    try keys.encode(next, forKey: .next)
  }
}
