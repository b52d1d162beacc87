/// How long to wait before something that failed is tried again: twice as long each time, up to a limit.
struct BackOff: Sendable {
  /// The wait after the first failure.
  static let first: Duration = .milliseconds(500)
  /// The longest wait.
  static let longest: Duration = .seconds(60)
  /// How long something has to have been well for its earlier failures not to count any more.
  static let forgiveness: Duration = .seconds(60)

  private var failures = 0
  private var last: ContinuousClock.Instant?

  /// Counts a failure, and tells how long to wait before the next attempt: not at all after the first in a while.
  mutating func delay(at now: ContinuousClock.Instant = .now) -> Duration {
    if let last, now - last > Self.forgiveness { failures = 0 }
    last = now
    defer { failures += 1 }
    return failures == 0 ? .zero : min(Self.longest, Self.first * (1 << min(failures - 1, 16)))
  }
}
