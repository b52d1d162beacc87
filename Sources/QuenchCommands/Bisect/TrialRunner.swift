import QuenchBisect
import QuenchDiagnostics
import QuenchGit
import QuenchVerification

/// Tries revisions, by what is known of them first, and counts.
struct TrialRunner {
  let trial: any RevisionTrial
  let repository: Repository
  private let console: Console
  private let limit: TimeLimit?
  private let most: Int?
  /// Whether nothing is taken from earlier runs.
  private let isAnew: Bool
  /// What the ends of the search are said to be: earlier runs of them are not taken on trust.
  var ends: [String: Role] = [:]
  /// Whether what an earlier run of an end showed of its tests is taken on trust, as a verdict's word is.
  var trustsVerdicts = true

  enum Role { case good, bad }

  /// The runs of this invocation.
  private(set) var runs = 0
  /// How many of them had to build.
  private(set) var builds = 0
  /// Whether earlier runs told anything.
  private(set) var hasResumed = false
  /// All that was observed, in order.
  private(set) var observations: [Observation] = []
  /// The commits seen so far, by their ids.
  private(set) var revisions: [String: Revision] = [:]
  /// What is known of revisions and was not told yet.
  private var known: [String: [Observation]] = [:]
  /// Where the first run ended with a status that says that the command cannot be run.
  private(set) var unrunnable: Set<String> = []

  init(
    trial: any RevisionTrial, repository: Repository, console: Console, limit: TimeLimit?, most: Int?, isAnew: Bool
  ) {
    self.trial = trial
    self.repository = repository
    self.console = console
    self.limit = limit
    self.most = most
    self.isAnew = isAnew
  }

  /// Whether no run is allowed any more beside those that are under way.
  func isUsedUp(besides underway: Int = 0) -> Bool {
    most.map { runs + underway >= $0 } ?? false || limit?.isReached == true
  }

  /// Observes a revision: from an earlier run that was not told yet, else by a run.
  ///
  /// - Parameter anew: whether it is to be a run of this time.
  /// - Returns: nil when a run would be needed, and none is allowed.
  mutating func observe(_ id: String, anew: Bool = false) async throws -> Observation? {
    if !anew, let known = try await known(of: id) { return known }
    guard !isUsedUp() else { return nil }
    guard let outcome = try await Self.attempt(trial, try await revision(id)) else { return nil }
    return try await note(outcome)
  }

  /// What an earlier run showed of a revision, each once; nil when there is none that was not told yet.
  mutating func known(of id: String) async throws -> Observation? {
    guard !isAnew else { return nil }
    let revision = try await revision(id)
    if known[id] == nil { known[id] = try await trial.known(of: revision) }
    while let next = known[id]?.first, isSuspect(next) { known[id]?.removeFirst() }
    guard let next = known[id]?.first else { return nil }
    known[id]?.removeFirst()
    if !hasResumed { console.progress("earlier runs are used; --again makes them anew") }
    hasResumed = true
    observations.append(next)
    console.detail("known    \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))")
    return next
  }

  /// Whether an earlier run of an end says that there is nothing to search for: what was wrong then may have been mended.
  private func isSuspect(_ observation: Observation) -> Bool {
    guard let role = ends[observation.revision] else { return false }
    guard case .ran(_, let failed) = observation.result, !Readiness.isLacking(in: failed) else { return true }
    return trustsVerdicts ? false : role == .good ? !failed.isEmpty : failed.isEmpty
  }

  /// Runs a revision; nil when the time ran out.
  static func attempt(
    _ trial: any RevisionTrial, _ revision: Revision, onBuilt: @escaping @Sendable () -> Void = {}
  ) async throws -> TrialOutcome? {
    try Task.checkCancellation()
    do {
      return try await trial.run(revision, onBuilt: onBuilt)
    } catch is TimeLimitReached {
      return nil
    }
  }

  /// Counts a build that was made beforehand.
  mutating func noteBuild() { builds += 1 }

  /// Takes what a run came to.
  ///
  /// - Parameter isRun: whether it counts as one.
  mutating func note(_ outcome: TrialOutcome, isRun: Bool = true) async throws -> Observation {
    let revision = try await revision(outcome.observation.revision)
    if isRun { runs += 1 }
    if outcome.hasBuilt { builds += 1 }
    if outcome.isUnrunnable { unrunnable.insert(outcome.observation.revision) }
    observations.append(outcome.observation)
    console.progress(
      "\(isRun ? "run \(runs)" : "build")  \(revision.id.abbreviated)  \(outcome.summary)  \(revision.subject.printable.cut(to: 50))"
    )
    return outcome.observation
  }

  /// What the runs of a revision came to for a test, in order: whether it failed.
  func results(of test: String, at revision: String) -> [Bool] {
    observations.filter { $0.revision == revision }.compactMap { $0.failed(test) }
  }

  /// A commit by its id.
  mutating func revision(_ id: String) async throws -> Revision {
    if let known = revisions[id] { return known }
    let revision = try await repository.resolve(id)
    revisions[id] = revision
    return revision
  }
}
