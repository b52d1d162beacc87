import Foundation

extension Double {
  /// A length of time for people: `under 0.01 s`, `0.12 s`, `3.4 s`, `2 min 5 s`.
  public var asSeconds: String {
    guard self < 1e9 else { return "very long" }
    if self < 0.01 { return "under 0.01 s" }
    if self < 1 { return String(format: "%.2f s", self) }
    if self < 60 { return String(format: "%.1f s", self) }
    return "\(Int(self) / 60) min \(Int(self) % 60) s"
  }
}

extension Date {
  /// How long ago it was, in the largest unit that fits: `3 days ago`, `just now`.
  public func ago(at now: Date = Date()) -> String {
    let seconds = Int(now.timeIntervalSince(self))
    let units = [("year", 31_557_600), ("month", 2_629_800), ("day", 86400), ("hour", 3600), ("minute", 60)]
    guard let (unit, length) = units.first(where: { seconds >= $0.1 }) else { return "just now" }
    return "\((seconds / length).counting(unit)) ago"
  }
}

extension Int {
  /// A count with its noun: `1 instance`, `2 instances`.
  public func counting(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
