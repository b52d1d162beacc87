import QuenchBisect
import QuenchGit

/// A way to try a revision: by suites against hot instances, or by a command in a checkout.
protocol RevisionTrial: Sendable {
  /// What earlier runs of the same question showed of a revision, the oldest first.
  ///
  /// - Throws: what looking them up throws.
  func known(of revision: Revision) async throws -> [Observation]

  /// Runs a revision once and writes down what it showed.
  ///
  /// - Throws: `BisectFailure` when the search cannot go on; what keeps Quench itself from working.
  func run(_ revision: Revision) async throws -> TrialOutcome

  /// Runs a revision that is no commit of the repository's, and writes nothing down.
  ///
  /// - Throws: as ``run(_:)``.
  func runUnrecorded(_ revision: Revision) async throws -> TrialOutcome
}

/// What one run came to.
struct TrialOutcome: Sendable {
  /// What it showed.
  var observation: Observation
  /// What it came to, in words.
  var summary: String
  /// Whether something was built for it.
  var hasBuilt = false
  /// Whether it says that the command itself cannot be run: git's 126 and 127.
  var isUnrunnable = false
}
