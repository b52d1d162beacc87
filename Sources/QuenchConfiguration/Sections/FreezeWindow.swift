import Foundation

/// A time at which nothing is promoted: every week, or once.
public struct FreezeWindow: Sendable, Equatable, Encodable, CustomStringConvertible {
  /// A point in time, as precisely as a file says it.
  public enum Moment: Sendable, Equatable, Encodable {
    /// A minute of each week, counted from Monday 00:00.
    case weekly(minute: Int)
    /// A day in the Gregorian calendar, and a minute of it; nil where only the day is said.
    case once(year: Int, month: Int, day: Int, minute: Int?)
  }

  /// When it begins.
  public var from: Moment
  /// When it ends; a day that is named alone is still part of it.
  public var to: Moment
  /// Why, for those who are refused.
  public var reason: String?

  /// Makes a window; both ends are of the same kind.
  public init(from: Moment, to: Moment, reason: String? = nil) {
    self.from = from
    self.to = to
    self.reason = reason
  }

  /// Whether a time is within it, by the calendar's time zone.
  public func holds(at time: Date, in calendar: Calendar) -> Bool {
    switch (from, to) {
    case (.weekly(let from), .weekly(let to)):
      let parts = calendar.dateComponents([.weekday, .hour, .minute], from: time)
      // Foundation counts weekdays from Sunday, which is 1.
      let day = ((parts.weekday ?? 1) + 5) % 7
      let now = day * 1440 + (parts.hour ?? 0) * 60 + (parts.minute ?? 0)
      return from <= to ? from <= now && now < to : from <= now || now < to
    case (.once, .once):
      guard let start = date(of: from, in: calendar, isEnd: false), let end = date(of: to, in: calendar, isEnd: true)
      else { return true }
      return start <= time && time < end
    default: return true
    }
  }

  private func date(of moment: Moment, in calendar: Calendar, isEnd: Bool) -> Date? {
    guard case .once(let year, let month, let day, let minute) = moment else { return nil }
    let components = DateComponents(
      year: year, month: month, day: day + (isEnd && minute == nil ? 1 : 0), hour: (minute ?? 0) / 60,
      minute: (minute ?? 0) % 60)
    return calendar.date(from: components)
  }

  /// Such as `from Fri 16:00 to Mon 08:00`.
  public var description: String { "from \(from.text) to \(to.text)" }
}

extension FreezeWindow.Moment {
  static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  /// Reads `Fri 16:00`, `2026-12-20` or `2026-12-20 08:00`; nil for any other text.
  init?(_ text: String) {
    if let match = text.wholeMatch(of: /([A-Za-z]{3}) (\d{1,2}):(\d{2})/),
      let day = Self.weekdays.firstIndex(where: { $0.lowercased() == match.1.lowercased() }),
      let minute = Self.minute(match.2, match.3)
    {
      self = .weekly(minute: day * 1440 + minute)
    } else if let match = text.wholeMatch(of: /(\d{4})-(\d{2})-(\d{2})(?: (\d{1,2}):(\d{2}))?/),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
      DateComponents(calendar: Calendar(identifier: .gregorian), year: year, month: month, day: day).isValidDate
    {
      var time: Int?
      if let hour = match.4, let minute = match.5 {
        guard let read = Self.minute(hour, minute) else { return nil }
        time = read
      }
      self = .once(year: year, month: month, day: day, minute: time)
    } else {
      return nil
    }
  }

  private static func minute(_ hour: Substring, _ minute: Substring) -> Int? {
    guard let hour = Int(hour), let minute = Int(minute), hour < 24, minute < 60 else { return nil }
    return hour * 60 + minute
  }

  /// The text that reads back as it.
  var text: String {
    switch self {
    case .weekly(let minute): "\(Self.weekdays[minute / 1440 % 7]) \(Self.clock(minute % 1440))"
    case .once(let year, let month, let day, let minute):
      String(format: "%04d-%02d-%02d", year, month, day) + (minute.map { " " + Self.clock($0) } ?? "")
    }
  }

  private static func clock(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }

  /// What dates are in order by; nil for a weekday, after which every other one comes.
  var order: Int? {
    guard case .once(let year, let month, let day, let minute) = self else { return nil }
    return ((year * 12 + month) * 31 + day) * 1440 + (minute ?? 0)
  }

  var isWeekly: Bool { if case .weekly = self { true } else { false } }
}
