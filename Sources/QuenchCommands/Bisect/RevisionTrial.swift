import QuenchBisect
import QuenchGit

/// A way to try a revision: by suites against hot instances, or by a command in a checkout.
protocol RevisionTrial: Sendable {
  /// What earlier runs of the same question showed of a revision, the oldest first.
  ///
  /// - Throws: what looking them up throws.
  func known(of revision: Revision) async throws -> [Observation]

  /// Whether ``prepare(_:)`` makes anything.
  var buildsAhead: Bool { get }

  /// Runs a revision once and writes down what it showed.
  ///
  /// - Parameter onBuilt: told when what the run needs is built.
  /// - Throws: `BisectFailure` when the search cannot go on; what keeps Quench itself from working.
  func run(_ revision: Revision, onBuilt: @escaping @Sendable () -> Void) async throws -> TrialOutcome

  /// Makes what a run of the revision will need, as far as that can be made beforehand.
  ///
  /// - Returns: what came of it; nil where there is nothing to make, or it could not be seen to.
  func prepare(_ revision: Revision) async -> TrialPreparation?

  /// Runs a revision that is no commit of the repository's, and writes nothing down.
  ///
  /// - Throws: as ``run(_:onBuilt:)``.
  func runUnrecorded(_ revision: Revision) async throws -> TrialOutcome
}

/// What came of making ready for a run.
enum TrialPreparation: Sendable {
  /// What the run needs is there; `isNew` where it was made now.
  case ready(isNew: Bool)
  /// The revision cannot be built, so that it need not be run.
  case untestable(TrialOutcome)
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
