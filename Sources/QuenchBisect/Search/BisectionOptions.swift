/// How a search is to be done.
public struct BisectionOptions: Sendable {
  /// What is assumed of tests that are not in `flakyTests`.
  public var assumption: Assumption = .deterministic
  /// Tests that are known to be flaky.
  public var flakyTests: Set<String> = []
  /// How sure the culprit of a flaky test is to be; between 0 and 1.
  public var confidence = 0.99
  /// Runs after which the search stops, not counting those it was resumed from; nil for as many as it takes.
  public var maximumRuns: Int?
  /// How often an end that disagrees is run again before the search for a deterministic test is refused.
  public var endReruns = 2
  /// The probability, beforehand, that no candidate changed a flaky test's rate of failing.
  public var unchangedPrior = 0.01
  /// How likely commits are the culprit beforehand, relative to the 1 of those that are not listed.
  public var priors: [String: Double] = [:]

  /// The defaults.
  public init() {}

  /// The posterior probability at which an answer is given.
  ///
  /// Half of the error allowed is kept for what is wrong with the prior on fail rates.
  var sufficient: Double { 1 - (1 - confidence) / 2 }
}
