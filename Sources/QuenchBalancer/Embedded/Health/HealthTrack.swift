import NIOCore
import QuenchInstances

/// What is known of one backend's health, and what each check or failure makes of it.
struct HealthTrack: Sendable {
  private(set) var health = BackendStatus.Health.unknown
  /// Why it is not healthy.
  private(set) var detail: String?
  /// Since when it is as it is, if it was otherwise before.
  private(set) var since = NIODeadline.now()
  /// When it turned healthy after it had been otherwise.
  private(set) var recovered: NIODeadline?
  /// The checks in a row that came out otherwise than it is.
  private(set) var streak = 0
  private var ejectedUntil: NIODeadline?
  private var lastEjection: NIODeadline?
  private var ejectionLength = TimeAmount.zero

  /// A health that somebody else knows.
  mutating func know(_ isHealthy: Bool, _ now: NIODeadline) {
    if isHealthy { become(.healthy, nil, now) } else { become(.unhealthy, "it is said to be", now) }
  }

  /// Takes in a check.
  ///
  /// - Parameters:
  ///   - problem: what was wrong; nil when it passed.
  ///   - isConclusive: whether it counts alone: a check after a refused connection does when it fails.
  mutating func checked(_ problem: String?, _ check: HealthCheck, isConclusive: Bool = false, _ now: NIODeadline) {
    switch (health, problem) {
    case (.unknown, nil): become(.healthy, nil, now)
    case (.unknown, .some(let problem)): become(.unhealthy, problem, now)
    case (.healthy, nil): streak = 0
    case (.healthy, .some(let problem)):
      streak += 1
      if isConclusive || streak >= check.fall { become(.unhealthy, problem, now) }
    case (.unhealthy, nil):
      streak += 1
      if streak >= check.rise { become(.healthy, nil, now) }
    case (.unhealthy, .some(let problem)):
      streak = 0
      detail = problem
    case (.ejected, nil): if (ejectedUntil ?? now) <= now { become(.healthy, nil, now) }
    case (.ejected, .some(let problem)):
      streak += 1
      if isConclusive || streak >= check.fall { become(.unhealthy, problem, now) }
    }
  }

  /// Takes it out because requests failed with it; longer each time it happens again soon.
  mutating func eject(_ reason: String, _ rule: PassiveEjection, _ now: NIODeadline) {
    guard health == .healthy || health == .unknown else { return }
    let shortest = rule.duration.timeAmount, longest = rule.longest.timeAmount
    let isAgain = lastEjection.map { now - $0 < longest + ejectionLength } ?? false
    ejectionLength = isAgain ? min(longest, .nanoseconds(ejectionLength.nanoseconds * 2)) : shortest
    lastEjection = now
    ejectedUntil = now + ejectionLength
    become(.ejected, reason, now)
  }

  /// When the next check is due.
  func nextCheck(_ check: HealthCheck, _ random: inout some RandomNumberGenerator) -> Duration {
    let isChanging = streak > 0 || health == .ejected
    let interval = isChanging ? check.transitionInterval : check.interval
    return interval * (1 + check.jitter * Double.random(in: -0.5...0.5, using: &random))
  }

  private mutating func become(_ new: BackendStatus.Health, _ detail: String?, _ now: NIODeadline) {
    streak = 0
    self.detail = detail
    guard health != new else { return }
    if new == .healthy, health != .unknown { recovered = now }
    if new != .ejected { ejectedUntil = nil }
    health = new
    since = now
  }
}
