import QuenchBisect

/// What was done to confirm a culprit: it and its parents run again in turn, and the bad end without its change.
struct CulpritConfirmation {
  /// How often it and its parents were run again.
  private(set) var runs = 0
  /// How many of these runs showed something else than was to be expected of a deterministic test.
  private(set) var disagreements = 0
  /// Whether all runs that were planned were made.
  var isComplete = false
  /// How often the bad end was run without its change.
  var reverts = 0
  /// Whether the bad end passes without it; nil when that was not tried, does not apply cleanly, or says nothing.
  var revertPasses: Bool?

  mutating func note(_ observation: Observation, isCulprit: Bool, test: String) {
    runs += 1
    guard case .ran(_, let failed) = observation.result else { return }
    if isCulprit != failed.contains(test) { disagreements += 1 }
  }

  /// Whether it stands: of a flaky test, the runs counted in the search, of which it is the answer; nil when they were cut short.
  func stands(for assumption: Assumption) -> Bool? {
    if assumption == .deterministic, disagreements > 0 { return false }
    return isComplete ? true : nil
  }
}
