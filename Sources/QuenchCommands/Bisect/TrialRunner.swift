import QuenchBisect
import QuenchDiagnostics
import QuenchGit
import QuenchVerification

/// Tries revisions one after the other, by what is known of them first.
struct TrialRunner {
  private let trial: any RevisionTrial
  let repository: Repository
  private let console: Console
  private let limit: TimeLimit?
  private let most: Int?

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

  init(trial: any RevisionTrial, repository: Repository, console: Console, limit: TimeLimit?, most: Int?) {
    self.trial = trial
    self.repository = repository
    self.console = console
    self.limit = limit
    self.most = most
  }

  /// Whether no further run is allowed.
  var isUsedUp: Bool { most.map { runs >= $0 } ?? false || limit?.isReached == true }

  /// Observes a revision: from an earlier run that was not told yet, else by a run.
  ///
  /// - Parameter anew: whether it is to be a run of this time.
  /// - Returns: nil when a run would be needed, and none is allowed.
  mutating func observe(_ id: String, anew: Bool = false) async throws -> Observation? {
    let revision = try await revision(id)
    if !anew, known[id] == nil { known[id] = try await trial.known(of: revision) }
    if !anew, let next = known[id]?.first {
      known[id]?.removeFirst()
      hasResumed = true
      observations.append(next)
      console.detail("known    \(revision.id.abbreviated)  \(revision.subject.printable.cut(to: 60))")
      return next
    }
    guard !isUsedUp else { return nil }
    try Task.checkCancellation()
    let outcome: TrialOutcome
    do {
      outcome = try await trial.run(revision)
    } catch is TimeLimitReached {
      return nil
    }
    runs += 1
    if outcome.hasBuilt { builds += 1 }
    if outcome.isUnrunnable { unrunnable.insert(id) }
    observations.append(outcome.observation)
    console.progress(
      "run \(runs)  \(revision.id.abbreviated)  \(outcome.summary)  \(revision.subject.printable.cut(to: 50))")
    return outcome.observation
  }

  /// A commit by its id.
  mutating func revision(_ id: String) async throws -> Revision {
    if let known = revisions[id] { return known }
    let revision = try await repository.resolve(id)
    revisions[id] = revision
    return revision
  }
}
