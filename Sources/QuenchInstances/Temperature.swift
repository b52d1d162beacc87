/// What an instance is for.
public enum Temperature: String, Sendable, Codable, CaseIterable {
  /// It serves tests, and may stand in for production.
  case hot
  /// It serves production.
  case cold
}
