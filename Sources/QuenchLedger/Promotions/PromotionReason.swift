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
  /// Whether somebody had production moved although it was not as it has to be.
  public var isOverridden = false

  /// Describes a reason.
  public init(_ rule: String, ok: Bool, _ detail: String, next: String? = nil) {
    self.rule = rule
    self.ok = ok
    self.detail = detail
    self.next = next
  }

  /// Whether production is not moved because of it.
  public var refuses: Bool { !ok && !isOverridden }

  /// The same, overridden: there is nothing to do about it any more.
  public var overridden: PromotionReason {
    var reason = self
    (reason.isOverridden, reason.next) = (true, nil)
    return reason
  }

  private enum CodingKeys: String, CodingKey {
    case rule, ok, detail, next
    case isOverridden = "overridden"
  }

  /// Reads a reason, also one that was written before anything could be overridden.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    rule = try keys.decode(String.self, forKey: .rule)
    ok = try keys.decode(Bool.self, forKey: .ok)
    detail = try keys.decode(String.self, forKey: .detail)
    next = try keys.decodeIfPresent(String.self, forKey: .next)
    isOverridden = try keys.decodeIfPresent(Bool.self, forKey: .isOverridden) ?? false
  }

  /// Writes every key, with `null` where there is nothing to run next; `overridden` where it is.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(rule, forKey: .rule)
    try keys.encode(ok, forKey: .ok)
    try keys.encode(detail, forKey: .detail)
    try keys.encode(next, forKey: .next)
    if isOverridden { try keys.encode(true, forKey: .isOverridden) }
  }
}
