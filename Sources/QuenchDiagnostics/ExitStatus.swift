/// How a `quench` command ends, as the number the calling shell or CI job sees.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Passed, or done.
  case passed = 0
  /// A suite failed, or the gate refused.
  case failed = 1
  /// Nothing was proved either way.
  case inconclusive = 2
  /// Something could not be built, started or reached.
  case error = 3
  /// The command line was wrong.
  case usage = 64
  /// `quench.yml` was wrong.
  case configuration = 78
  /// Interrupted by a signal; everything started was stopped.
  case interrupted = 130
}
