import QuenchBisect
import QuenchDiagnostics
import QuenchGit

/// One search from its ends to its answer.
struct BisectSearch {
  let command: BisectCommand
  let question: BisectQuestion
  private(set) var runner: TrialRunner
  private let console: Console
  private(set) var bisection: Bisection
  /// The runs that confirmed culprits.
  private(set) var confirmations = 0
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
    // What its confirmation showed may have reopened the question.
    try await search()
  }

  private mutating func search() async throws {
    while let next = bisection.next().first {
      guard let observation = try await runner.observe(next) else { break }
      bisection.report(observation)
      try check(observation)
      try writeLog()
    }
    try writeLog(isOver: true)
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
      confirmations += 1
      bisection.report(observation)
      guard case .ran(_, let failed) = observation.result else { continue }
      if (revision == culprit.revision) != failed.contains(test) { doubted.insert(culprit.revision) }
    }
  }

  private func writeLog(isOver: Bool = false) throws {
    guard let path = command.log else { return }
    try BisectLog(self, isOver: isOver).write(to: path)
  }
}
