import QuenchBisect
import QuenchDiagnostics
import QuenchGit
import QuenchVerification

/// One search from its ends to its answer.
struct BisectSearch {
  let command: BisectCommand
  let question: BisectQuestion
  var runner: TrialRunner
  private let console: Console
  private(set) var bisection: Bisection
  var view: SearchView
  /// What was done to confirm each culprit.
  private(set) var confirmations: [String: CulpritConfirmation] = [:]

  /// How much likelier a suspect is than another commit.
  private static let suspicion = 8.0

  /// - Parameter suspects: commits that are likelier to be to blame than others.
  init(
    command: BisectCommand, question: BisectQuestion, suspects: [String], runner: TrialRunner, console: Console
  ) {
    self.command = command
    self.question = question
    self.runner = runner
    self.console = console
    view = SearchView(console, jobs: command.jobs)
    var options = BisectionOptions()
    options.assumption = command.flaky ? .flaky : .deterministic
    options.confidence = command.confidence
    options.priors = Dictionary(suspects.map { ($0, Self.suspicion) }) { first, _ in first }
    let tests = command.command.isEmpty ? (command.test.isEmpty ? nil : command.test) : [CommandTrial.test]
    bisection = Bisection(question.space, tests: tests, options: options, resuming: runner.observations)
  }

  /// Runs until all is found, or nothing more may be run.
  ///
  /// - Throws: `BisectFailure`, and what runs throw.
  mutating func run() async throws {
    try await search()
    let isFlaky = bisection.answer.tests.contains { $0.assumption == .flaky }
    // A network that was down, or a machine without memory, keeps a revision from being built as well: that is asked twice.
    let doubted = bisection.answer.culprits.filter { command.confirm || isFlaky || Readiness.isLacking(in: $0.tests) }
    guard !doubted.isEmpty else { return }
    for culprit in doubted { try await confirm(culprit) }
    // What its confirmation showed may have reopened the question.
    try await search()
  }

  mutating func take(_ observation: Observation) throws {
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
    if observation.revision == question.bad.id.description {
      try Self.check(command.test, in: observation, of: question.bad)
    }
  }

  /// Makes sure that the tests asked for are among those that ran at the bad end.
  ///
  /// - Throws: `BisectFailure` with code `bisection-test-unknown`.
  static func check(_ tests: [String], in observation: Observation, of bad: Revision) throws {
    guard case .ran(let passed, let failed) = observation.result, !Readiness.isLacking(in: failed) else { return }
    for test in tests where !passed.contains(test) && !failed.contains(test) {
      let all = (failed + passed).filter { Readiness(rawValue: $0) == nil }
      let word = test.split(whereSeparator: { "./".contains($0) }).last ?? ""
      let near = all.filter { $0.contains(word) }
      throw BisectFailure(
        .testUnknown, "no test \(test) ran at \(bad.id.abbreviated)",
        remedy: "choose from: " + (near.isEmpty ? all : near).prefix(8).joined(separator: ", ")
          + " (a command suite is one test, unless it writes JUnit to QUENCH_JUNIT_OUTPUT)")
    }
  }

  private mutating func confirm(_ culprit: Answer.Culprit) async throws {
    guard let test = culprit.tests.first else { return }
    let plan = bisection.confirmation(of: culprit.revision, for: test)
    console.progress("confirming \(culprit.revision.prefix(7)) by \(plan.revisions.count.counting("run"))")
    var confirmation = CulpritConfirmation()
    for revision in plan.revisions {
      guard let observation = try await runner.observe(revision, anew: true) else { break }
      try take(observation)
      confirmation.note(observation, isCulprit: revision == culprit.revision, test: test)
    }
    confirmation.isComplete = confirmation.runs == plan.revisions.count
    try await revert(culprit, &confirmation)
    confirmations[culprit.revision] = confirmation
  }

  /// Tries the bad end without the culprit's change, where that applies cleanly.
  private mutating func revert(_ culprit: Answer.Culprit, _ confirmation: inout CulpritConfirmation) async throws {
    let revision = try await runner.revision(culprit.revision)
    guard !runner.isUsedUp(), !revision.parents.isEmpty,
      let reverted = try await runner.repository.reverting(revision.id, at: question.bad)
    else { return }
    console.progress("without \(revision.id.abbreviated), at \(question.bad.id.abbreviated):")
    do {
      let outcome = try await runner.trial.runUnrecorded(reverted)
      confirmation.reverts += 1
      let results = culprit.tests.map(outcome.observation.failed)
      if !results.contains(nil) { confirmation.revertPasses = !results.contains(true) }
    } catch is TimeLimitReached {
      return
    }
  }

  func writeLog(isOver: Bool = false) throws {
    guard let path = command.log else { return }
    try BisectLog(self, isOver: isOver).write(to: path)
  }
}
