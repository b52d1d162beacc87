/// The search for the commits that broke tests: runs are reported to it, and it is asked which revisions to run next.
///
/// It is a value, does nothing itself, and all it knows follows from its list of observations: replaying them, in any order,
/// gives the same state. Each test has its own posterior over the candidates, and one run of a revision informs all tests.
///
///     var search = Bisection(space, tests: ["api"])
///     while let revision = search.next().first { search.report(run(revision)) }
///     print(search.answer)
public struct Bisection: Sendable {
  /// One test and what is known of it.
  struct Subject: Sendable {
    let test: String
    var tally = Tally()
    var search: TestSearch
  }

  /// The candidates and the ends.
  public var space: SearchSpace { context.space }
  /// How the search is done.
  public var options: BisectionOptions { context.options }
  /// What runs are expected to take; to be kept up to date by whoever runs them.
  public var costs = RunCosts()
  /// The runs reported so far, those that the search was resumed from included.
  public private(set) var observations: [Observation] = []
  /// How many of them were reported, rather than resumed from.
  public private(set) var runs = 0

  private(set) var context: SearchContext
  /// Sorted by test.
  private(set) var subjects: [Subject] = []
  private let isOpenEnded: Bool
  private let sums: AncestorSums

  /// Begins a search.
  ///
  /// `tests` nil means all tests that fail at the bad end. `observations` are runs of an earlier search of the same question,
  /// or from elsewhere; of revisions that are neither candidates nor ends nor merge bases they tell nothing.
  public init(
    _ space: SearchSpace, tests: [String]?, options: BisectionOptions = BisectionOptions(),
    resuming observations: [Observation] = []
  ) {
    context = SearchContext(space, options)
    sums = AncestorSums(space)
    isOpenEnded = tests == nil
    add(Set(tests ?? []))
    for observation in observations { take(observation) }
    evaluate()
  }

  /// Takes what a run showed.
  public mutating func report(_ observation: Observation) {
    runs += 1
    take(observation)
    evaluate()
  }

  /// The revisions to run next, best first: at most `count`, beside those that are running already.
  ///
  /// None when the search is finished, or when nothing is to be done before those that are running have been reported.
  public func next(_ count: Int = 1, running: [String] = []) -> [String] {
    let left = min(count, (options.maximumRuns ?? .max) - runs - running.count)
    guard left > 0, !isFinished else { return [] }
    let busy = running.compactMap { context.spot(of: $0) }
    let needed = needs.filter { !busy.contains($0) }.prefix(left)
    let choosable = subjects.filter { $0.search.standing == .open && $0.search.posterior != nil }
    guard needed.count < left, !choosable.isEmpty else { return needed.map { context.revision(at: $0) } }
    let choice = Choice(space: space, sums: sums, priors: context.priors, costs: costs)
    let chosen = choice.spots(
      left - needed.count, running: busy + needed, before: leastRunBefore(choosable), partition: context.partition,
      subjects: alike(choosable))
    return (needed + chosen).map { context.revision(at: $0) }
  }

  /// The revisions that may be to run next once those that run now have ended, the more likely first.
  ///
  /// Of a running candidate either result is thought through; a running end is taken to show what an end has to.
  /// - Parameter running: at least one.
  public func foreseen(running: [String]) -> [String] {
    // What is needed in any case does not wait for a result.
    let needed = needs.map { context.revision(at: $0) }.filter { !running.contains($0) }
    guard needed.isEmpty, !subjects.isEmpty else { return needed }
    let tests = subjects.map(\.test)
    let results: [Observation.Result] = [.ran(passed: [], failed: tests), .ran(passed: tests, failed: [])]
    var foreseen: [String] = []
    for result in results {
      var imagined = self
      for revision in running {
        switch context.spot(of: revision) {
        case nil: continue
        case .candidate(space.count - 1): imagined.report(Observation(revision, results[0]))
        case .candidate: imagined.report(Observation(revision, result))
        default: imagined.report(Observation(revision, results[1]))
        }
      }
      for next in imagined.next() where !running.contains(next) && !foreseen.contains(next) { foreseen.append(next) }
    }
    return foreseen
  }

  /// Whether no run is needed any more, or none is allowed.
  public var isFinished: Bool {
    if let most = options.maximumRuns, runs >= most { return true }
    if subjects.isEmpty { return openEndedNeeds.isEmpty }
    return !subjects.contains { $0.search.standing == .open }
  }

  // MARK: Taking runs

  private mutating func take(_ observation: Observation) {
    observations.append(observation)
    guard let spot = context.spot(of: observation.revision) else { return }
    context.partition.refine(by: spot, in: space, priors: context.priors)
    if isOpenEnded, spot == .candidate(space.count - 1), case .ran(_, let failed) = observation.result,
      add(Set(failed))
    {
      return
    }
    count(observation, in: subjects.indices)
  }

  /// Adds tests, with what earlier observations say of them; answers whether any was new.
  @discardableResult
  private mutating func add(_ tests: Set<String>) -> Bool {
    let new = tests.subtracting(subjects.map(\.test))
    guard !new.isEmpty else { return false }
    let blank = TestSearch(Tally(), isFlaky: isFlaky(""), context)
    let old = subjects.count
    subjects += new.map { Subject(test: $0, search: blank) }
    for observation in observations.dropLast() { count(observation, in: old..<subjects.count) }
    if let last = observations.last { count(last, in: subjects.indices) }
    subjects.sort { $0.test < $1.test }
    return true
  }

  private mutating func count(_ observation: Observation, in indices: Range<Int>) {
    guard let spot = context.spot(of: observation.revision), let slot = context.partition.slot(of: spot) else { return }
    for index in indices { subjects[index].tally.add(failed: observation.failed(subjects[index].test), at: slot) }
  }

  private mutating func evaluate() {
    var known: [Key: TestSearch] = [:]
    for index in subjects.indices {
      let key = Key(tally: subjects[index].tally, isFlaky: isFlaky(subjects[index].test))
      let search = known[key] ?? TestSearch(key.tally, isFlaky: key.isFlaky, context)
      known[key] = search
      subjects[index].search = search
    }
  }

  /// Tests with the same runs are where the same culprit is likely, and are thought about once.
  private struct Key: Hashable {
    let tally: Tally
    let isFlaky: Bool
  }

  private func isFlaky(_ test: String) -> Bool {
    options.assumption == .flaky || options.flakyTests.contains(test)
  }

  // MARK: Asking for runs

  /// Spots that some test needs before any choice, the bad end first.
  private var needs: [Spot] {
    var needs = subjects.isEmpty ? openEndedNeeds : []
    for subject in subjects where subject.search.standing == .open {
      for spot in subject.search.needs where !needs.contains(spot) { needs.append(spot) }
    }
    return needs
  }

  /// While no failing test is known: the bad end, as often as an end is run, and the ends that will be needed then.
  private var openEndedNeeds: [Spot] {
    guard isOpenEnded else { return [] }
    let atBad = observations.filter { $0.revision == space.bad }
    if atBad.count > options.endReruns || atBad.contains(where: { $0.result == .untestable }) { return [] }
    let ends = context.befores.indices.map { Spot.before($0) }.filter { context.partition.slot(of: $0) == nil }
    return [.candidate(space.count - 1)] + ends
  }

  private func leastRunBefore(_ choosable: [Subject]) -> Spot? {
    guard choosable.contains(where: { $0.search.assumption == .flaky }) else { return nil }
    let counts = context.befores.indices.map { number in
      (number, choosable[0].tally[context.partition.slot(of: .before(number))])
    }
    return counts.filter { !$1.isUntestable }.min { $0.1.runs < $1.1.runs }.map { .before($0.0) }
  }

  /// Those who know the same as one; of many, the most numerous.
  private func alike(_ choosable: [Subject]) -> [Choice.Subject] {
    var groups: [Key: (search: TestSearch, tally: Tally, tests: Int, first: Int)] = [:]
    for (number, subject) in choosable.enumerated() {
      let key = Key(tally: subject.tally, isFlaky: subject.search.assumption == .flaky)
      groups[key, default: (subject.search, subject.tally, 0, number)].tests += 1
    }
    let sorted = groups.values.sorted { ($1.tests, $0.first) < ($0.tests, $1.first) }
    return sorted.prefix(32).compactMap { group in
      guard let posterior = group.search.posterior else { return nil }
      return Choice.Subject(
        posterior: posterior, tests: group.tests, testability: testability(group.search, group.tally))
    }
  }

  private func testability(_ search: TestSearch, _ tally: Tally) -> Testability? {
    let testable = context.partition.spots.enumerated().compactMap { slot, spot -> Int? in
      guard case .candidate(let candidate) = spot, tally[slot].runs > 0 else { return nil }
      return candidate
    }
    return Testability(untestable: search.untestable.sorted(), testable: testable, in: space)
  }
}
