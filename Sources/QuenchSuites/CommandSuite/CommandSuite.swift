import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// Runs a suite that is a command.
///
/// Status 0 passes, 125 is a skip, everything else fails. A command that a signal ended has failed too: a shell reports
/// the same death as status 128 and more, and which of the two is seen depends only on how the command is written.
/// A command may write a JUnit report to `$QUENCH_JUNIT_OUTPUT`; then its cases are the suite's tests, and the status has
/// to agree with them.
struct CommandSuite {
  /// Status of a command that skips itself, as in `git bisect run`.
  static let statusSkipped: Int32 = 125

  let launcher: Launcher
  let run: SuiteRun
  let command: String

  func results(onProgress: @escaping @Sendable (SuiteProgress) -> Void) async throws -> SuiteResult {
    try run.makeLogs()
    let progress = ProgressCounter(onProgress)
    progress.tell(.started(id: identity))
    let (folder, confinement) = try run.exchange("report")
    let report = folder.appending("junit.xml")
    var launch = Launch.shell(
      command, environment: environment(report: report), workingDirectory: run.checkout, confinement: confinement)
    launch.hiddenValues = run.secrets
    let outcome = try await launcher.run(launch, log: run.log("command.log"), timeout: run.definition.timeout)
    var rule = rule(for: outcome)
    do throws(SuiteError) {
      if let cases = try cases(of: report) { weigh(cases, outcome, &rule) }
    } catch {
      rule.faults.append("what the command wrote to QUENCH_JUNIT_OUTPUT cannot be read: \(error.message)")
    }
    // What was read of the report is kept without secrets; the report, and what lies beside it, may hold some.
    if !run.secrets.isEmpty { TreeRemoval.remove(folder) }
    for test in rule.tests { progress.tell(.ended(test)) }
    return rule.result(name: run.definition.name, duration: outcome.duration)
  }

  /// The one test that the command itself is.
  private var identity: String {
    guard let shard = run.shard, shard.count > 1 else { return run.definition.name }
    return "\(run.definition.name)[\(shard.index)]"
  }

  private func environment(report: FilePath) -> [String: String] {
    var environment = run.completeEnvironment
    environment["QUENCH_JUNIT_OUTPUT"] = report.string
    environment["QUENCH_SHARD_INDEX"] = "\(run.shard?.index ?? 0)"
    environment["QUENCH_SHARD_COUNT"] = "\(run.shard?.count ?? 1)"
    return environment
  }

  private func rule(for outcome: CommandOutcome) -> OutcomeRule {
    var test = TestResult(
      id: identity, framework: .command, result: .passed, durationSeconds: outcome.duration.seconds)
    let lastLines = BoundedText.joined(outcome.lastLines.suffix(15).map { BoundedText.bounded($0, to: 250) })
    let words = "\(outcome.ending)" + (lastLines.isEmpty ? "" : ":\n\(lastLines)")
    switch outcome.ending {
    case _ where outcome.timedOut: (test.result, test.message) = (.timedOut, "time ran out")
    case .exited(0): break
    case .exited(Self.statusSkipped): (test.result, test.message) = (.skipped, "\(words)")
    case .exited, .signalled: (test.result, test.message) = (.failed, "\(words)")
    }
    return OutcomeRule(tests: [test], timeout: run.definition.timeout)
  }

  /// The cases of the report; nil when the command wrote none.
  private func cases(of report: FilePath) throws(SuiteError) -> [TestResult]? {
    guard (try? FileManager.default.attributesOfItem(atPath: report.string)) != nil else { return nil }
    return try XUnitReader.cases(of: report)
  }

  private func weigh(_ cases: [TestResult], _ outcome: CommandOutcome, _ rule: inout OutcomeRule) {
    let hasFailed = cases.contains { $0.result == .failed }
    let own = rule.tests
    rule.tests = cases
    rule.nothing = "the command's report has no test case"
    switch outcome.ending {
    case _ where outcome.timedOut: rule.tests += own
    case .exited(0) where hasFailed:
      rule.faults.append("the command exited with status 0, but its report has failing test cases")
    case .exited(0): break
    case .exited(Self.statusSkipped): rule.tests = hasFailed ? cases : own
    case .exited, .signalled:
      guard !hasFailed else { break }
      rule.faults.append("the command ended with \(outcome.ending), but its report has no failing test case")
    }
  }
}
