/// When a suite's time runs out: an instant, not a timer, so that every step takes what the ones before left.
struct Deadline: Sendable {
  private let end: ContinuousClock.Instant?

  init(in timeout: Duration?) {
    end = timeout.map { ContinuousClock.now + $0 }
  }

  /// The time left, never less than nothing; nil without a limit.
  var remaining: Duration? { end.map { max(.zero, ContinuousClock.now.duration(to: $0)) } }

  /// Whether nothing is left.
  var hasPassed: Bool { remaining == .zero }
}
