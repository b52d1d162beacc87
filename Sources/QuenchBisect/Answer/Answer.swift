/// What a search knows.
public struct Answer: Sendable {
  /// One commit and the tests it broke.
  public struct Culprit: Hashable, Sendable {
    /// The commit.
    public let revision: String
    /// The probability that it is the culprit, the lowest of its tests; under the assumption made of each.
    public let confidence: Double
    /// The tests whose culprit it is, sorted.
    public let tests: [String]
  }

  /// What is known of each test, sorted by test.
  public let tests: [TestAnswer]
  /// The culprits found, in the order of their histories.
  public let culprits: [Culprit]
  /// Revisions that told nothing about any test, as those that could not be built, in the order of their first runs.
  public let untestable: [String]
  /// How many runs were reported, and from how many earlier ones the search was resumed.
  public let runs: Int
  /// See `runs`.
  public let resumedRuns: Int
  /// Whether the runs allowed were used up before every test was settled.
  public let isCutShort: Bool
}

/// What a search knows of one test.
public struct TestAnswer: Sendable {
  /// A commit and the probability that it is the culprit.
  public struct Candidate: Hashable, Sendable {
    /// The commit.
    public let revision: String
    /// The probability that it broke the test, under the assumption made.
    public let probability: Double
  }

  /// The test.
  public let test: String
  /// What was taken for granted of it at the end.
  public let assumption: Assumption
  /// Where its search has come to.
  public let standing: Standing
  /// The most probable candidates, best first, that together reach the confidence asked for: the credible set.
  public let candidates: [Candidate]
  /// The probability that no candidate changed anything.
  public let unchanged: Double
  /// How often it errs; none for a deterministic test.
  public let flakes: FlakeRates
  /// What else its runs show.
  public let notices: [Notice]
}

extension Bisection {
  /// What is known so far.
  public var answer: Answer {
    let tests = subjects.map { answer($0) }
    var found: [String: (confidence: Double, tests: [String])] = [:]
    for test in tests {
      guard case .found(let revision) = test.standing else { continue }
      let probability = test.candidates.first { $0.revision == revision }?.probability ?? 0
      let before = found[revision] ?? (1, [])
      found[revision] = (min(before.confidence, probability), before.tests + [test.test])
    }
    let culprits = found.keys.sorted { (space.candidate($0) ?? 0) < (space.candidate($1) ?? 0) }.compactMap {
      revision in
      found[revision].map { Answer.Culprit(revision: revision, confidence: $0.confidence, tests: $0.tests) }
    }
    var untestable: [String] = []
    for observation in observations where isSilent(observation) && !untestable.contains(observation.revision) {
      untestable.append(observation.revision)
    }
    let isOpen = subjects.contains { $0.search.standing == .open }
    return Answer(
      tests: tests, culprits: culprits, untestable: untestable, runs: runs, resumedRuns: observations.count - runs,
      isCutShort: isOpen && isFinished)
  }

  /// Whether a run told nothing about any test that is searched for.
  public func isSilent(_ observation: Observation) -> Bool {
    observation.result == .untestable
      || !subjects.isEmpty && subjects.allSatisfy { observation.failed($0.test) == nil }
  }

  /// The probability of each candidate, in the order of the space's candidates; nil for a test not searched for yet.
  public func probabilities(of test: String) -> [Double]? {
    guard let posterior = subjects.first(where: { $0.test == test })?.search.posterior else { return nil }
    return (0..<space.count).map { context.probability(of: $0, posterior) }
  }

  /// The probability of each candidate to have broken the test that it is likeliest to have broken; nil before the ends are known.
  public var likeliest: [Double]? {
    let posteriors = subjects.compactMap(\.search.posterior)
    guard !posteriors.isEmpty else { return nil }
    return (0..<space.count).map { candidate in
      posteriors.reduce(0) { max($0, context.probability(of: candidate, $1)) }
    }
  }

  private func answer(_ subject: Subject) -> TestAnswer {
    let search = subject.search
    let isFlaky = search.assumption == .flaky
    return TestAnswer(
      test: subject.test, assumption: search.assumption, standing: search.standing,
      candidates: search.posterior.map { credibleSet($0) } ?? [], unchanged: search.posterior?.unchanged ?? 0,
      flakes: isFlaky
        ? search.posterior?.flakes ?? FlakeRates(falseFail: 0, falsePass: 0) : FlakeRates(falseFail: 0, falsePass: 0),
      notices: notices(subject))
  }

  private func credibleSet(_ posterior: Posterior) -> [TestAnswer.Candidate] {
    // A commit of the set has, at the least, what is left over divided by all commits.
    var likely = (0..<space.count).map { (candidate: $0, probability: context.probability(of: $0, posterior)) }
    likely.removeAll { $0.probability < 1e-9 / Double(space.count) }
    likely.sort { ($1.probability, $0.candidate) < ($0.probability, $1.candidate) }
    var total = 0.0
    var set: [TestAnswer.Candidate] = []
    let enough = min(options.confidence, 1 - 1e-9) * (1 - posterior.unchanged)
    for (candidate, probability) in likely where total < enough {
      set.append(TestAnswer.Candidate(revision: space.id(of: candidate), probability: probability))
      total += probability
    }
    return set
  }
}
