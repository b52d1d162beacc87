import QuenchBisect
import QuenchDiagnostics
import QuenchGit
import QuenchVerification

/// One search from its ends to its answer.
struct BisectSearch {
  let command: BisectCommand
  let question: BisectQuestion
  private(set) var runner: TrialRunner
  private let console: Console
  private(set) var bisection: Bisection
  /// The runs of revisions that were made again to confirm culprits.
  private(set) var reruns = 0
  /// The runs of the bad end without a culprit.
  private(set) var reverts = 0
  /// Whether the bad end passes without a culprit's change, where that could be tried.
  private(set) var revertPasses: [String: Bool] = [:]
  /// The culprits that their confirmation speaks against.
  private(set) var doubted: Set<String> = []

  init(command: BisectCommand, question: BisectQuestion, runner: TrialRunner, console: Console) {
    self.command = command
    self.question = question
    self.runner = runner
    self.console = console
    var options = BisectionOptions()
    options.assumption = command.flaky ? .flaky : .deterministic
    options.confidence = command.confidence
    let tests = command.command.isEmpty ? (command.test.isEmpty ? nil : command.test) : [CommandTrial.test]
    bisection = Bisection(question.space, tests: tests, options: options, resuming: runner.observations)
  }

  /// Runs until all is found, or nothing more may be run.
  ///
  /// - Throws: `BisectFailure`, and what runs throw.
  mutating func run() async throws {
    try await search()
    guard command.confirm || bisection.answer.tests.contains(where: { $0.assumption == .flaky }) else { return }
    for culprit in bisection.answer.culprits { try await confirm(culprit) }
    for culprit in bisection.answer.culprits { try await revert(culprit) }
    // What its confirmation showed may have reopened the question.
    try await search()
  }

  /// Runs as many revisions at a time as there are jobs, until no more are asked for or allowed.
  private mutating func search() async throws {
    try await withThrowingTaskGroup(of: (id: String, outcome: TrialOutcome?).self) { group in
      var running: [String] = [], isOver = false
      while true {
        if !isOver, let next = bisection.next(command.jobs - running.count, running: running).first {
          if let known = try await runner.known(of: next) {
            try take(known)
            continue
          }
          if !runner.isUsedUp(besides: running.count) {
            running.append(next)
            let trial = runner.trial, revision = try await runner.revision(next)
            group.addTask { (next, try await TrialRunner.attempt(trial, revision)) }
            continue
          }
        }
        guard let ended = try await group.next() else { break }
        running.removeAll { $0 == ended.id }
        // Without an outcome the time has run out.
        guard let outcome = ended.outcome else {
          isOver = true
          continue
        }
        try take(try await runner.note(outcome))
      }
    }
    try writeLog(isOver: true)
  }

  private mutating func take(_ observation: Observation) throws {
    bisection.report(observation)
    try check(observation)
    try writeLog()
  }

  private func check(_ observation: Observation) throws {
    if question.goods.contains(where: { $0.id.description == observation.revision }),
      runner.unrunnable.contains(observation.revision)
    {
      throw BisectFailure(
        .aborted, "the command cannot be run at the good end \(observation.revision.prefix(12)) either",
        remedy: "try it there: \(command.command.joined(separator: " "))")
    }
    guard observation.revision == question.bad.id.description,
      case .ran(let passed, let failed) = observation.result
    else { return }
    for test in command.test where !passed.contains(test) && !failed.contains(test) {
      throw BisectFailure(
        .testUnknown, "no test \(test) ran at \(question.bad.id.abbreviated)",
        remedy: failed.isEmpty
          ? "quench verify \(question.bad.id.abbreviated) -v"
          : "failing there: "
            + failed.prefix(5).joined(separator: ", "))
    }
  }

  private mutating func confirm(_ culprit: Answer.Culprit) async throws {
    guard let test = culprit.tests.first else { return }
    let plan = bisection.confirmation(of: culprit.revision, for: test)
    console.progress("confirming \(culprit.revision.prefix(7)) by \(plan.revisions.count.counting("run"))")
    for revision in plan.revisions {
      guard let observation = try await runner.observe(revision, anew: true) else { return }
      reruns += 1
      bisection.report(observation)
      guard case .ran(_, let failed) = observation.result else { continue }
      if (revision == culprit.revision) != failed.contains(test) { doubted.insert(culprit.revision) }
    }
  }

  /// Tries the bad end without the culprit's change, where that applies cleanly.
  private mutating func revert(_ culprit: Answer.Culprit) async throws {
    let culpritID = try await runner.revision(culprit.revision).id
    guard !runner.isUsedUp(),
      let reverted = try await runner.repository.reverting(culpritID, at: question.bad)
    else { return }
    console.progress("reverting \(culprit.revision.prefix(7)) at \(question.bad.id.abbreviated)")
    do {
      let outcome = try await runner.trial.runUnrecorded(reverted)
      reverts += 1
      guard case .ran(let passed, let failed) = outcome.observation.result else { return }
      let isSettled = culprit.tests.allSatisfy { passed.contains($0) || failed.contains($0) }
      if isSettled { revertPasses[culprit.revision] = culprit.tests.allSatisfy(passed.contains) }
    } catch is TimeLimitReached {
      return
    }
  }

  private func writeLog(isOver: Bool = false) throws {
    guard let path = command.log else { return }
    try BisectLog(self, isOver: isOver).write(to: path)
  }
}
