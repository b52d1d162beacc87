import Crypto
import Foundation
import QuenchBisect
import QuenchBuild
import QuenchDiagnostics
import QuenchGit
import QuenchLedger
import QuenchProcesses
import QuenchVerification

/// A command in a checkout of each revision, which answers by its exit status as for `git bisect run`.
struct CommandTrial: RevisionTrial {
  /// The name of the one test that it is.
  static let test = "command"

  private let arguments: [String]
  private let workspace: Workspace
  private let limit: TimeLimit?
  private let console: Console
  /// What its runs are known by: the command's words.
  private let question: String
  private let earlier: [String: [TrialRecord]]

  init(_ arguments: [String], workspace: Workspace, limit: TimeLimit?, console: Console) async throws {
    self.arguments = arguments
    self.workspace = workspace
    self.limit = limit
    self.console = console
    // A script outside of the revisions may be mended between two searches, and is another command then.
    let scripts = arguments.compactMap { argument -> String? in
      guard argument.hasPrefix("/"), let content = FileManager.default.contents(atPath: argument) else { return nil }
      return SHA256.hash(data: content).description
    }
    let words = try JSONEncoder().encode(arguments + scripts)
    question = SHA256.hash(data: words).hexadecimal
    earlier = Dictionary(grouping: try await workspace.ledger.trials(of: question), by: \.revision)
  }

  func known(of revision: Revision) async throws -> [Observation] {
    earlier[revision.id.description, default: []].map { Observation($0.revision, Self.result($0.outcome)) }
  }

  func run(_ revision: Revision, onBuilt: @escaping @Sendable () -> Void) async throws -> TrialOutcome {
    let started = Date()
    let (verdict, seconds, outcome) = try await attempt(revision)
    // A command that is not there yet may be there the next time.
    guard !outcome.isUnrunnable else { return outcome }
    try await workspace.ledger.record(
      TrialRecord(
        question: question, revision: revision.id.description, outcome: verdict, started: started, seconds: seconds))
    return outcome
  }

  var buildsAhead: Bool { false }

  func prepare(_ revision: Revision) async -> TrialPreparation? { nil }

  func runUnrecorded(_ revision: Revision) async throws -> TrialOutcome { try await attempt(revision).outcome }

  private func attempt(
    _ revision: Revision
  ) async throws -> (verdict: TrialRecord.Outcome, seconds: Double, outcome: TrialOutcome) {
    let outcome = try await limit.run { [arguments, workspace, console] in
      try await workspace.builder.run(arguments, at: revision, in: workspace.repository) { line in
        console.detail(line)
        console.live("  \(line)")
      }
    }
    let (verdict, status) = try verdict(outcome, revision)
    let observed = TrialOutcome(
      observation: Observation(revision.id.description, Self.result(verdict)),
      summary: verdict == .untestable ? "cannot be tested" : "\(verdict.rawValue), \(outcome.ending)",
      isUnrunnable: status == 126 || status == 127)
    return (verdict, outcome.duration.seconds, observed)
  }

  private func verdict(_ outcome: CommandOutcome, _ revision: Revision) throws -> (TrialRecord.Outcome, Int32) {
    switch outcome.ending {
    case .exited(0): return (.passed, 0)
    case .exited(125): return (.untestable, 125)
    case .exited(let status) where (1...127).contains(status): return (.failed, status)
    default:
      let lines = outcome.lastLines.suffix(5).map { "\n  \($0)" }.joined()
      throw BisectFailure(
        .aborted, "the command ended with \(outcome.ending) at \(revision.id.abbreviated), so the search ends" + lines,
        remedy: "the same command goes on from here, once it ends with less than 128")
    }
  }

  private static func result(_ outcome: TrialRecord.Outcome) -> Observation.Result {
    switch outcome {
    case .passed: .ran(passed: [test], failed: [])
    case .failed: .ran(passed: [], failed: [test])
    case .untestable: .untestable
    }
  }
}
