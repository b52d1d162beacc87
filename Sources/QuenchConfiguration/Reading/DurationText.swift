/// Durations as `quench.yml` writes them: `500ms`, `2s`, `1m30s`, `1h`, `7d`.
public enum DurationText {
  /// Why a text is no duration, and what it was probably meant to be.
  public struct Refusal: Error, Sendable, Equatable {
    /// The reason, to follow the quoted text in a message.
    public let reason: String
    /// The nearest duration.
    public let suggestion: String?

    /// A reason, with the nearest duration if there is one.
    public init(reason: String, suggestion: String? = nil) {
      self.reason = reason
      self.suggestion = suggestion
    }
  }

  /// The units from large to small, with their lengths in milliseconds and the words people use for them.
  private static let units: [(name: String, milliseconds: Int, words: [String])] = [
    ("d", 86_400_000, ["d", "day", "days"]),
    ("h", 3_600_000, ["h", "hr", "hrs", "hour", "hours"]),
    ("m", 60_000, ["m", "min", "mins", "minute", "minutes"]),
    ("s", 1000, ["s", "sec", "secs", "second", "seconds"]),
    ("ms", 1, ["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"]),
  ]

  /// The longest duration: ten years of 365 days, in milliseconds.
  private static let longest = 3650 * 86_400_000

  /// Reads whole numbers with units, each unit once, from large to small.
  ///
  /// - Parameters:
  ///   - text: such as `1h30m` or `250ms`.
  ///   - bareUnit: the unit to suggest for a number that has none.
  /// - Throws: ``Refusal`` for any other text, and for more than ten years.
  public static func parse(_ text: String, bareUnit: String = "s") throws(Refusal) -> Duration {
    if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
      throw Refusal(reason: "has no unit: ms, s, m, h or d", suggestion: text + bareUnit)
    }
    guard let total = strictMilliseconds(text) else {
      throw Refusal(
        reason: "is no duration: whole numbers with units, such as 500ms, 2s, 1m30s, 1h or 7d",
        suggestion: lenientMilliseconds(text).map { format(.milliseconds($0)) })
    }
    guard total <= longest else { throw Refusal(reason: "is longer than ten years", suggestion: nil) }
    return .milliseconds(total)
  }

  /// The shortest text that reads back as `duration`, which is rounded down to milliseconds.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = Int(clamping: seconds).multipliedReportingOverflow(by: 1000).partialValue
    rest += Int(attoseconds / 1_000_000_000_000_000)
    guard rest > 0 else { return "0s" }
    var text = ""
    for unit in units where rest >= unit.milliseconds {
      text += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return text
  }

  private static func strictMilliseconds(_ text: String) -> Int? {
    var rest = text[...]
    var total = 0
    var smallest = Int.max
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let name = rest.dropFirst(digits.count).prefix { !$0.isNumber }
      guard let number = Int(digits), let unit = units.first(where: { $0.name == name }),
        unit.milliseconds < smallest
      else { return nil }
      let (part, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
      guard !overflow, part <= longest + 1 - min(total, longest + 1) || part > longest else { return nil }
      total = min(total + min(part, longest + 1), longest + 1)
      smallest = unit.milliseconds
      rest = rest.dropFirst(digits.count + name.count)
    }
    return smallest == Int.max ? nil : total
  }

  /// Reads what is not quite a duration: `1.5s`, `2 S`, `30 minutes`.
  private static func lenientMilliseconds(_ text: String) -> Int? {
    var rest = text.lowercased().filter { !$0.isWhitespace }[...]
    var total = 0.0
    guard !rest.isEmpty, text.count <= 64 else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let word = rest.dropFirst(digits.count).prefix { $0.isLetter }
      guard let number = Double(digits), let unit = units.first(where: { $0.words.contains(String(word)) }) else {
        return nil
      }
      total += number * Double(unit.milliseconds)
      rest = rest.dropFirst(digits.count + word.count)
    }
    return total >= 1 && total <= Double(longest) ? Int(total.rounded()) : nil
  }
}
