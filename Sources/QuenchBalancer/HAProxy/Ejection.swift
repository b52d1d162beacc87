import Foundation
import QuenchProcesses

/// That requests failed with a backend, so that it gets none for a while.
struct Ejection: Codable, Sendable, Hashable {
  /// What failed, in words.
  var reason: String
  var since: Date
  /// In seconds.
  var length: Double
  /// Whether it may have requests again; it is still known then, because the next time is longer.
  var isOver = false

  /// When it may have requests again if it is well.
  var until: Date { since + length }

  /// The next one of a backend.
  init(_ reason: String, _ rule: PassiveEjection, after last: Ejection?, at now: Date) {
    self.reason = reason
    since = now
    let isAgain = last.map { now < $0.since + rule.longest.seconds + $0.length } ?? false
    length = isAgain ? min(rule.longest.seconds, (last?.length ?? 0) * 2) : rule.duration.seconds
  }
}

/// How many requests in a row came to nothing with a backend, as far as looking now and then tells.
struct FailureTrail: Sendable {
  private var failures = 0
  private var answers = 0
  /// The failures since it was last seen to have answered something.
  private(set) var inRow = 0

  /// Takes in what has been counted so far; counters that have gone back were begun anew.
  mutating func note(failures: Int, answers: Int) {
    if failures < self.failures || answers < self.answers { self = FailureTrail() }
    inRow = answers > self.answers ? 0 : inRow + failures - self.failures
    self.failures = failures
    self.answers = answers
  }

  /// What has failed so far does not count any more.
  mutating func forgive() { inRow = 0 }
}
