import QuenchBisect
import QuenchGit

extension BisectSearch {
  /// What one of the search's tasks tells.
  private enum News: Sendable {
    /// What a revision's run needs is built, or it has ended.
    case built(String)
    /// What a run came to; without an outcome the time has run out.
    case ended(String, TrialOutcome?)
    /// What came of building ahead.
    case prepared(String, TrialPreparation?)
  }

  /// Runs as many revisions at a time as there are jobs, until no more are asked for or allowed; while they are tested, builds
  /// what may be to run next.
  mutating func search() async throws {
    try await withThrowingTaskGroup(of: News.self) { group in
      var running: [String: Bool] = [:], isOver = false
      var ahead = BuildAhead(trial: runner.trial)
      defer { ahead.giveUp() }
      while true {
        let next = isOver ? nil : bisection.next(command.jobs - running.count, running: Array(running.keys)).first
        // Who wants to run waits for what is being built ahead: it is just that, or else is given up, and then its slot is free.
        if let next { ahead.giveUp(besides: next) }
        let waits = next != nil && ahead.isUnderway
        if let next, !waits {
          if let known = try await runner.known(of: next) {
            try take(known)
            continue
          }
          if !runner.isUsedUp(besides: running.count) {
            running[next] = false
            begin(try await runner.revision(next), in: &group)
            continue
          }
        }
        if running.isEmpty, !waits { break }
        // A build takes all cores there are: one that may be needed waits for those that are.
        if !isOver, !ahead.isUnderway, !running.isEmpty, !runner.isUsedUp(besides: running.count),
          runner.trial.buildsAhead,
          running.values.allSatisfy(\.self),
          let next = ahead.choose(from: bisection.foreseen(running: running.keys.sorted()))
        {
          let task = ahead.begin(try await runner.revision(next))
          group.addTask {
            await withTaskCancellationHandler {
              .prepared(next, await task.value)
            } onCancel: {
              task.cancel()
            }
          }
        }
        guard let news = try await group.next() else { break }
        switch news {
        case .built(let id):
          if running[id] != nil { running[id] = true }
        case .prepared(let id, let preparation):
          ahead.end(id)
          if case .ready(isNew: true)? = preparation { runner.noteBuild() }
          guard case .untestable(let outcome)? = preparation, !isOver else { continue }
          try take(try await runner.note(outcome, isRun: false))
        case .ended(let id, let outcome):
          running[id] = nil
          guard let outcome else {
            isOver = true
            continue
          }
          try take(try await runner.note(outcome))
          view.show(bisection)
        }
      }
    }
    try writeLog(isOver: true)
  }

  private func begin(_ revision: Revision, in group: inout ThrowingTaskGroup<News, any Error>) {
    let id = revision.id.description, trial = runner.trial
    let (builds, built) = AsyncStream<Void>.makeStream()
    group.addTask {
      defer { built.finish() }
      return .ended(id, try await TrialRunner.attempt(trial, revision) { built.finish() })
    }
    guard trial.buildsAhead else { return }
    group.addTask {
      for await _ in builds {}
      return .built(id)
    }
  }
}
