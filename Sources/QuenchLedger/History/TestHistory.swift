import Foundation
import QuenchSuites

/// What a test came to in the past, verification by verification.
public struct TestHistory: Sendable, Hashable {
  /// What a test came to in one verification.
  public struct Entry: Sendable, Hashable {
    /// The revision that was verified.
    public let revision: String
    /// The revision's tree.
    public let tree: String
    /// The digest of the build it ran against.
    public let digest: String?
    /// When the verification began.
    public let started: Date
    /// The test's word.
    public let result: TestResult.Result
    /// How often it ran; 0 when it was skipped.
    public let runs: Int
    /// How many of these runs failed.
    public let failures: Int
    /// How long it ran, in seconds.
    public let durationSeconds: Double?
    /// The failure's, skip's or issue's text.
    public let message: String?
  }

  /// The name of the test's suite.
  public let suite: String
  /// The test's id within its suite.
  public let id: String
  /// What it came to, the newest first.
  public let entries: [Entry]

  /// How often it ran in all; skips do not count.
  public var runs: Int { entries.reduce(0) { $0 + $1.runs } }

  /// How many of its runs failed.
  public var failures: Int { entries.reduce(0) { $0 + $1.failures } }

  /// The share of its runs that failed, from 0 to 1; nil when it never ran.
  public var failureRate: Double? {
    runs == 0 ? nil : Double(failures) / Double(runs)
  }

  /// The share of runs that disagreed with most other runs on the same tree, from 0 to 0.5.
  ///
  /// Only trees that the test ran on more than once can tell; nil when there is none.
  public var flakeRate: Double? {
    let repeated = Dictionary(grouping: entries, by: \.tree).values.map { entries in
      (runs: entries.reduce(0) { $0 + $1.runs }, failures: entries.reduce(0) { $0 + $1.failures })
    }.filter { $0.runs > 1 }
    guard !repeated.isEmpty else { return nil }
    let odd = repeated.reduce(0) { $0 + min($1.failures, $1.runs - $1.failures) }
    return Double(odd) / Double(repeated.reduce(0) { $0 + $1.runs })
  }

  /// How long it runs on average, in seconds; nil when it never ran to its end.
  public var meanSeconds: Double? {
    let durations = entries.filter { $0.runs > 0 }.compactMap(\.durationSeconds)
    return durations.isEmpty ? nil : durations.reduce(0, +) / Double(durations.count)
  }
}
