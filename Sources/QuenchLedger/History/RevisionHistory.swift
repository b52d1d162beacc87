import Foundation
import QuenchSuites

/// What is known of a revision: its newest verdict, and the newest results of each suite that ever ran on it.
public struct RevisionHistory: Sendable, Hashable {
  /// The newest verdict, without its tests.
  public struct Latest: Sendable, Hashable {
    /// The verdict's number in the ledger.
    public let number: Int64
    /// The verdict's word.
    public let result: Outcome
    /// Why, where the suites do not say.
    public let reason: String?
    /// The digest of the build that was verified.
    public let digest: String?
    /// When the verification began.
    public let started: Date
    /// How long it took, in seconds.
    public let totalSeconds: Double
  }

  /// The newest result of one suite by one definition, without its tests.
  public struct Suite: Sendable, Hashable {
    /// The suite's name.
    public let name: String
    /// The digest of the suite's definition then.
    public let definition: String?
    /// The number of the verdict it belongs to.
    public let verdict: Int64
    /// The suite's word.
    public let result: Outcome
    /// How many tests passed.
    public let passed: Int
    /// How many tests failed.
    public let failed: Int
    /// How many tests were skipped.
    public let skipped: Int
    /// How many tests recorded only known issues.
    public let knownIssues: Int
    /// How long the suite took, in seconds.
    public let durationSeconds: Double
    /// Why, where the tests do not say.
    public let reason: String?
    /// The digest of the build it ran against.
    public let digest: String?
    /// When its verification began.
    public let started: Date
  }

  /// The newest verdict.
  public let latest: Latest
  /// The newest result of each suite by each definition it had: in the order of the names, of one name the newest first.
  public let suites: [Suite]
}
