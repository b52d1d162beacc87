import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchProcesses
import QuenchVerification
import SystemPackage

/// The revisions that one `quench verify` is about, verified in turn as long as there is time.
struct VerifyRun {
  let command: VerifyCommand
  let workspace: Workspace
  let console: Console
  let limit: TimeLimit?
  /// What signs the verdicts; nil where there is no key.
  let attestor: Attestor?

  /// What came of each revision; nothing of one that there was no time for.
  private(set) var verdicts: [Revision.ID: (verdict: Verdict, isKnown: Bool)] = [:]
  /// What could not be written down beside the verdicts.
  private(set) var failures: [any Diagnostic] = []

  init(
    command: VerifyCommand, workspace: Workspace, console: Console, limit: TimeLimit?, attestor: Attestor?
  ) {
    self.command = command
    self.workspace = workspace
    self.console = console
    self.limit = limit
    self.attestor = attestor
  }

  /// Verifies revisions, except those of a range that are known.
  mutating func verify(_ revisions: [Revision]) async throws {
    var known: [Revision.ID: Verdict] = [:]
    if limit != nil {
      // To look a verdict up may take commands, of which none is begun when the time is up.
      for revision in revisions {
        guard let request = try? await request(for: revision) else { continue }
        known[revision.id] = try await knownVerdict(for: request)
      }
    }
    for revision in revisions {
      let text = VerdictText(console: console, revision: revision, command: command)
      let request: VerificationRequest
      do {
        request = try await self.request(for: revision)
      } catch let error as ConfigurationError {
        guard command.isRange, try await workspace.isMisconfigured(revision) else { throw error }
        let service = try await workspace.serviceName()
        try await record(Verification.Report(on: revision, of: service, misconfigured: error), revision, text)
        note(Result { try writeJUnit(revisions) })
        continue
      }
      if known[revision.id] == nil { known[revision.id] = try await knownVerdict(for: request) }
      if let verdict = known[revision.id] {
        verdicts[revision.id] = (await attested(verdict), true)
        text.show(known: verdict)
      } else if command.isRange, limit?.isReached == true {
        text.showLeftOut()
      } else {
        let report = try await verify(request)
        try await record(report, revision, text)
      }
      note(Result { try writeJUnit(revisions) })
    }
  }

  /// Writes what is known of all revisions so far, so that a run which is cut off leaves what it had.
  private func writeJUnit(_ revisions: [Revision]) throws {
    guard let junit = command.junit else { return }
    let done = revisions.compactMap { verdicts[$0.id]?.verdict }
    if command.isRange {
      try ResultFiles.writeJUnit(done, to: path(junit))
    } else if let verdict = done.first {
      try ResultFiles.writeJUnit(verdict, to: path(junit))
    }
  }

  /// Keeps, once for each place, why it could not be written.
  private mutating func note(_ writing: Result<Void, any Error>) {
    guard case .failure(let error as any Diagnostic) = writing else { return }
    if !failures.contains(where: { $0.message == error.message }) { failures.append(error) }
  }

  /// The verdict with the place of its signed statement, which is written unless it is there already.
  private mutating func attested(_ verdict: Verdict) async -> Verdict {
    guard let attestor else { return verdict }
    var attested = verdict
    do {
      attested.attestation = try await attestor.attest(verdict).place
    } catch {
      note(.failure(error))
    }
    return attested
  }

  /// The verdict that a range need not reach again; nil also when the time is up before it is found.
  ///
  /// A repetition asks what the same tests come to now, which no earlier verdict can tell.
  private func knownVerdict(for request: VerificationRequest) async throws -> Verdict? {
    guard command.isRange, !command.again, command.repetitions == 1 else { return nil }
    guard let limit else { return try await workspace.knownVerdict(for: request) }
    guard !limit.isReached else { return nil }
    do {
      return try await limit.run(onReached: { _ in StopDeadline.ofThisProcess.call() }) { [workspace] in
        try await workspace.knownVerdict(for: request)
      }
    } catch is TimeLimitReached {
      return nil
    }
  }

  private func verify(_ request: VerificationRequest) async throws -> Verification.Report {
    let usesInstances = request.suites.contains { $0.instances != .none }
    let baseline = usesInstances ? try await workspace.hotBaseline(for: request.revision) : nil
    let view = VerifyView(
      console: console, revision: request.revision, request: request,
      expected: try await workspace.expectedTimes(
        service: request.configuration.service.name, suites: request.suites))
    let report = try await workspace.verification().run(
      request,
      align: { [workspace, console] in
        if let baseline { try await workspace.alignHotSet(to: baseline, console: console) }
      }, report: { view.show($0) })
    view.end()
    return report
  }

  /// Writes down what came of a revision.
  private mutating func record(_ report: Verification.Report, _ revision: Revision, _ text: VerdictText) async throws {
    var report = report
    if let build = report.build { try await workspace.record(build) }
    report.verdict = await attested(report.verdict)
    try await workspace.ledger.record(report.verdict)
    verdicts[revision.id] = (report.verdict, false)
    text.show(report)
    guard let artifacts = command.artifacts else { return }
    let folder = path(artifacts)
    note(
      Result {
        try ResultFiles.collect(report, in: command.isRange ? folder.appending(revision.id.description) : folder)
      })
  }

  private func request(for revision: Revision) async throws -> VerificationRequest {
    let configuration = try await workspace.configuration(for: revision)
    for name in command.suite where !configuration.suites.contains(where: { $0.name == name }) {
      throw UsageError(
        "there is no suite \(name) in quench.yml",
        remedy: "choose from: \(configuration.suites.map(\.name).joined(separator: ", "))")
    }
    let suites = configuration.suites.filter { command.suite.isEmpty || command.suite.contains($0.name) }
    return VerificationRequest(
      revision: revision, configuration: configuration, suites: suites, repetitions: command.repetitions,
      rebuilds: command.again, timeLimit: limit, denied: workspace.denied)
  }

  private func path(_ text: String) -> FilePath {
    FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(text))
  }
}
