/// What is taken for granted about a test.
public enum Assumption: String, Hashable, Sendable, Codable {
  /// Runs of one revision all agree. Searched as `git bisect` would; given up as soon as two runs disagree.
  case deterministic
  /// Runs err at rates that are not known, in both directions.
  case flaky
}

/// Where the search for one test's culprit has come to.
public enum Standing: Hashable, Sendable {
  /// More runs are needed.
  case open
  /// The commit that broke the test.
  case found(String)
  /// One of these broke it: those that could not be tested, and the first failing after them.
  case untestableLeft([String])
  /// There is nothing to search for.
  case refused(Refusal)
}

/// Why a test's search ends without a culprit.
public enum Refusal: Hashable, Sendable {
  /// The test passes at the bad end, and did so again.
  case passesAtBad(String)
  /// The test fails at a good end, and did so again.
  case failsAtGood(String)
  /// The test fails at a merge base: what broke it was fixed on the way to the good end.
  case failsAtMergeBase(String)
  /// A flaky test that fails at one rate at both ends.
  case unchanged(rate: Double)
  /// An end could not be tested.
  case untestableEnd(String)
}

/// Something the runs show beside the answer.
public enum Notice: Hashable, Sendable {
  /// The test also fails at `broken`, passes at `fixed` after it, and is broken again: the answer is a later break.
  case brokenBefore(broken: String, fixed: String)
  /// The test also fails at this revision, which does not contain the culprit: another commit broke it there.
  case brokenElsewhere(String)
}
