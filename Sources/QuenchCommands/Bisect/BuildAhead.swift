import QuenchGit

/// Builds, while revisions are tried, one that may be to try next; a build that turns out not to be is given up.
struct BuildAhead {
  private let trial: any RevisionTrial
  private var underway: (revision: String, task: Task<TrialPreparation?, Never>)?
  /// Those that need not be built any more.
  private var done: Set<String> = []

  init(trial: any RevisionTrial) { self.trial = trial }

  /// Which to build; nil where none is to be.
  ///
  /// - Parameter foreseen: the revisions that may be to try next, the more likely first.
  func choose(from foreseen: [String]) -> String? { foreseen.first { !done.contains($0) } }

  /// Whether something is being built.
  var isUnderway: Bool { underway != nil }

  /// Begins to build a revision.
  mutating func begin(_ revision: Revision) -> Task<TrialPreparation?, Never> {
    let task = Task { [trial] in await trial.prepare(revision) }
    underway = (revision.id.description, task)
    return task
  }

  /// Gives up what is being built, unless it is for a revision that is wanted now.
  func giveUp(besides wanted: String? = nil) {
    if let underway, underway.revision != wanted { underway.task.cancel() }
  }

  /// Takes note that a build has ended, however.
  mutating func end(_ revision: String) {
    if underway?.task.isCancelled == false { done.insert(revision) }
    underway = nil
  }
}
