import Foundation
import QuenchBisect
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchInstances
import QuenchLedger
import QuenchSuites
import QuenchVerification

/// The suites of this host's `quench.yml`, against hot instances of each revision.
struct SuiteTrial: RevisionTrial {
  private let workspace: Workspace
  private let suites: [String]
  private let testsFrom: SuiteConfiguration.TestsFrom
  private let limit: TimeLimit?
  private let console: Console

  /// - Throws: `UsageError` for a suite that is not there; `ConfigurationError` where `quench.yml` is wrong at the bad end.
  init(
    _ command: BisectCommand, workspace: Workspace, bad: Revision, limit: TimeLimit?, console: Console
  ) async throws {
    self.workspace = workspace
    self.limit = limit
    self.console = console
    suites = command.suite
    testsFrom =
      switch command.testsFrom {
      case nil: .named(bad.id.description)
      case "revision": .revision
      case let name?: .named(try await workspace.repository.resolve(name).id.description)
      }
    _ = try await request(for: bad)
  }

  func known(of revision: Revision) async throws -> [Observation] {
    guard let request = try? await request(for: revision) else { return [] }
    let verdicts = try await workspace.knownVerdicts(for: request)
    if !verdicts.isEmpty { return verdicts.map { observation($0, of: revision) } }
    for readiness in Readiness.allCases {
      guard let question = try await question(readiness, request) else { continue }
      let trials = try await workspace.ledger.trials(of: question)
      if trials.contains(where: { $0.revision == revision.id.description }) {
        return [readiness.lacking(at: revision.id.description)]
      }
    }
    return []
  }

  /// What the attempt to build or start a revision is known by, of which no verdict speaks when it fails: what it is made
  /// of and by, and how it is run; nil for one that cannot be told.
  private func question(_ readiness: Readiness, _ request: VerificationRequest) async throws -> String? {
    guard let subject = try? await workspace.verification().subject(of: request) else { return nil }
    return "\(readiness.rawValue) of \(subject.buildKey) as \(subject.serviceDefinition)"
  }

  func run(_ revision: Revision, onBuilt: @escaping @Sendable () -> Void) async throws -> TrialOutcome {
    let request: VerificationRequest
    do {
      request = try await self.request(for: revision)
    } catch let error as ConfigurationError {
      guard try await workspace.isMisconfigured(revision) else { throw error }
      return TrialOutcome(
        observation: Observation(revision.id.description, .untestable), summary: "its quench.yml is wrong")
    }
    let (report, outcome) = try await verify(request, onBuilt: onBuilt)
    if let build = report.build { try await workspace.record(build) }
    try await workspace.ledger.record(report.verdict)
    // What this machine lacked at the time says nothing of the next.
    if let readiness = report.lacking {
      try await note(
        readiness, lackingAt: request, started: report.verdict.started, seconds: report.verdict.timings.total)
    }
    return outcome
  }

  /// Writes down that a revision cannot be built or started.
  private func note(
    _ readiness: Readiness, lackingAt request: VerificationRequest, started: Date, seconds: Double
  ) async throws {
    guard let question = try await question(readiness, request) else { return }
    try await workspace.ledger.record(
      TrialRecord(
        question: question, revision: request.revision.id.description, outcome: .untestable, started: started,
        seconds: seconds))
  }

  var buildsAhead: Bool { true }

  func prepare(_ revision: Revision) async -> TrialPreparation? {
    guard let request = try? await request(for: revision) else { return nil }
    do {
      let build = try await limit.run { try await workspace.verification().build(ahead: request) }
      if !build.cached { try await workspace.record(build) }
      return .ready(isNew: !build.cached)
    } catch let error as BuildError where error.code == .buildFailed {
      guard !Task.isCancelled else { return nil }
      try? await note(.build, lackingAt: request, started: Date(), seconds: 0)
      let outcome = TrialOutcome(
        observation: Readiness.build.lacking(at: revision.id.description), summary: "cannot be built", hasBuilt: true)
      return .untestable(outcome)
    } catch {
      // The run itself says what is wrong.
      return nil
    }
  }

  func runUnrecorded(_ revision: Revision) async throws -> TrialOutcome {
    try await verify(try await request(for: revision)).outcome
  }

  private func verify(
    _ request: VerificationRequest, onBuilt: @escaping @Sendable () -> Void = {}
  ) async throws -> (report: Verification.Report, outcome: TrialOutcome) {
    let revision = request.revision
    let view = VerifyView(
      console: console, revision: revision, request: request,
      expected: try await workspace.expectedTimes(service: request.configuration.service.name, suites: request.suites))
    defer { view.end() }
    let report: Verification.Report
    do {
      report = try await workspace.verification().run(request) { event in
        if case .built = event { onBuilt() }
        view.show(event)
      }
    } catch let error as VerificationInterrupted {
      throw error.cause ?? CancellationError()
    }
    if let limit, report.verdict.hindrance?.kind == .timeLimit { throw limit.reached }
    return (
      report,
      TrialOutcome(
        observation: report.lacking?.lacking(at: revision.id.description) ?? observation(report.verdict, of: revision),
        summary: summary(report.verdict),
        hasBuilt: report.build.map { !$0.cached } ?? false)
    )
  }

  private func request(for revision: Revision) async throws -> VerificationRequest {
    let configuration = try await workspace.configuration(for: revision)
    var chosen = try configuration.suites(named: suites)
    for index in chosen.indices where chosen[index].testsFrom == .revision { chosen[index].testsFrom = testsFrom }
    try await workspace.check(chosen)
    return VerificationRequest(
      revision: revision, configuration: configuration, suites: chosen, timeLimit: limit, denied: workspace.denied)
  }

  /// What a verdict says of each test.
  private func observation(_ verdict: Verdict, of revision: Revision) -> Observation {
    let id = revision.id.description
    if let hindrance = verdict.hindrance, [.configuration, .checkout, .build, .start].contains(hindrance.kind) {
      return Observation(id, .untestable)
    }
    var passed = Readiness.allCases.map(\.rawValue), failed: [String] = []
    // Which tests there are is known only of suites that came to their end: one that failed may have ended at its first failure.
    var silent: Set<String>? = verdict.hindrance == nil ? [] : nil
    for suite in verdict.suites {
      if suite.soundResult != .passed { silent = nil }
      let tests = Dictionary(grouping: suite.tests, by: \.id)
      for (test, results) in tests {
        if results.contains(where: { $0.result.isFailure }) {
          failed.append(test)
        } else if results.contains(where: { $0.result == .passed || $0.result == .knownIssue }) {
          passed.append(test)
        } else {
          silent?.insert(test)
        }
      }
      // A suite may fail without one of its tests, as when its process crashes between them; that is searched for, too.
      let hasFailedAlone = suite.failed == 0 && (suite.soundResult == .failed || suite.soundResult == .error)
      if hasFailedAlone { failed.append(suite.name) } else { passed.append(suite.name) }
    }
    return Observation(id, .ran(passed: passed.sorted(), failed: failed.sorted()), silent: silent)
  }

  private func summary(_ verdict: Verdict) -> String {
    switch verdict.hindrance?.kind {
    case .configuration, .checkout, .build: return "cannot be built"
    case .start: return "cannot be started"
    default: break
    }
    let failed = verdict.suites.map(\.failed).reduce(0, +), passed = verdict.suites.map(\.passed).reduce(0, +)
    return "\(verdict.result.rawValue)  \(passed) passed, \(failed) failed"
      + (verdict.reason.map { ": \($0.split(separator: "\n").first.map(String.init) ?? "")" } ?? "")
  }
}

extension TestResult.Result {
  /// Whether it counts against the revision.
  fileprivate var isFailure: Bool { self == .failed || self == .crashed || self == .timedOut }
}

extension Verification.Report {
  /// What the revision itself did not manage: its build command failed, or its service ended at its start.
  fileprivate var lacking: Readiness? {
    if (failure as? BuildError)?.code == .buildFailed { return .build }
    return (failure as? InstanceError)?.code == .endedAtStart ? .start : nil
  }
}
