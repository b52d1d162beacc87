import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchLedger
import QuenchProcesses
import QuenchReports
import QuenchVerification
import SystemPackage

/// The revisions that one `quench verify` is about, verified in turn as long as there is time.
struct VerifyRun {
  let command: VerifyCommand
  let workspace: Workspace
  let console: Console
  let limit: TimeLimit?
  private let junit: ResultFile?
  private let tap: ResultFile?
  private let artifacts: ArtifactsFolder?
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
    junit = command.junit.map { ResultFile($0) }
    tap = command.tap.map { ResultFile($0) }
    artifacts = command.artifacts.map { ArtifactsFolder($0) }
  }

  /// Verifies revisions, except those of a range that are known.
  ///
  /// - Throws: `ResultFileError` before anything is done, when what is asked for cannot be written. When a signal ends
  ///   it, what is known by then is written all the same.
  mutating func verify(_ revisions: [Revision]) async throws {
    try artifacts?.check()
    try junit?.check()
    try tap?.check()
    do {
      try await verifyEach(revisions)
    } catch {
      guard Task.isCancelled else { throw error }
      await writeResults(revisions)
      for failure in failures { console.complaint(about: failure) }
      throw error
    }
    await writeResults(revisions)
  }

  /// Writes what came of all revisions to where it was asked for.
  private mutating func writeResults(_ revisions: [Revision]) async {
    await writeJUnit(revisions, isLast: true)
    // Where nothing was verified there is nothing to write, and no plan of no tests, which would read as all skipped.
    guard let tap, !verdicts.isEmpty else { return }
    let text = TAPReport(revisions.map { ($0.id.description, verdicts[$0.id]?.verdict) }).description
    do { try await tap.write(Data(text.utf8)) } catch { note(error) }
  }

  private mutating func verifyEach(_ revisions: [Revision]) async throws {
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
        await writeJUnit(revisions)
        continue
      }
      if known[revision.id] == nil { known[revision.id] = try await knownVerdict(for: request) }
      if let verdict = known[revision.id] {
        verdicts[revision.id] = (await attested(verdict), true)
        text.show(known: verdict)
      } else if command.isRange, limit?.isReached == true {
        text.showLeftOut()
      } else {
        do {
          try await record(try await verify(request), revision, text)
        } catch let error as VerificationInterrupted {
          verdicts[revision.id] = (error.report.verdict, false)
          await collect(error.report, of: revision)
          throw error.cause ?? CancellationError()
        }
      }
      await writeJUnit(revisions)
    }
  }

  /// Writes what is known of all revisions so far, so that a run which is cut off leaves what it had.
  ///
  /// What cannot take it back gets it once, at the end.
  private mutating func writeJUnit(_ revisions: [Revision], isLast: Bool = false) async {
    guard let junit, isLast || command.isRange && junit.isReplaceable else { return }
    let data: Data
    if command.isRange {
      data = JUnitReport.data(on: revisions) { [verdicts] in verdicts[$0.id]?.verdict }
    } else if let verdict = revisions.first.flatMap({ verdicts[$0.id]?.verdict }) {
      data = JUnitReport.data(on: verdict)
    } else {
      return
    }
    do { try await junit.write(data) } catch { note(error) }
  }

  /// Keeps what a verification left to read.
  private mutating func collect(_ report: Verification.Report, of revision: Revision) async {
    guard let artifacts else { return }
    let folder = command.isRange ? artifacts.part(revision.id.description) : artifacts
    do { try await folder.collect(report) } catch { note(error) }
  }

  /// Keeps, once for each place, why it could not be written.
  private mutating func note(_ error: any Diagnostic) {
    if !failures.contains(where: { $0.message == error.message }) { failures.append(error) }
  }

  /// The verdict with the place of its signed statement, which is written unless it is there already.
  private mutating func attested(_ verdict: Verdict) async -> Verdict {
    var attested = verdict
    await attesting { attested.attestation = try await $0.attest(verdict).place }
    return attested
  }

  /// Has a signed statement of how the build was made, where it was made now.
  private mutating func attest(_ report: Verification.Report, of revision: Revision) async {
    guard let build = report.build, let service = try? await workspace.service(for: revision),
      let statement = BuildStatement(build, of: service)
    else { return }
    await attesting { try await $0.attest(statement) }
  }

  /// Signs, where there is a key; what keeps it from that is told with the verdict.
  private mutating func attesting(_ sign: (Attestor) async throws -> Void) async {
    guard let attestor else { return }
    do {
      try await sign(attestor)
    } catch let error as any Diagnostic {
      note(error)
    } catch {
      note(EvidenceError(.documentUnwritable, "could not attest the verdict", cause: error))
    }
  }

  /// The verdict that a range need not reach again; nil also when the time is up before it is found.
  ///
  /// A repetition asks what the same tests come to now, which no earlier verdict can tell.
  private func knownVerdict(for request: VerificationRequest) async throws -> Verdict? {
    guard command.isRange, !command.again, command.repetitions == 1 else { return nil }
    guard limit?.isReached != true else { return nil }
    do {
      return try await limit.run { [workspace] in try await workspace.knownVerdict(for: request) }
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
    defer { view.end() }
    return try await workspace.verification().run(
      request,
      align: { [workspace, console] in
        if let baseline { try await workspace.alignHotSet(to: baseline, console: console) }
      }, report: { view.show($0) })
  }

  /// Writes down what came of a revision.
  private mutating func record(_ report: Verification.Report, _ revision: Revision, _ text: VerdictText) async throws {
    var report = report
    if let build = report.build { try await workspace.record(build) }
    report.verdict = await attested(report.verdict)
    await attest(report, of: revision)
    try await workspace.ledger.record(report.verdict)
    verdicts[revision.id] = (report.verdict, false)
    text.show(report)
    await collect(report, of: revision)
  }

  private func request(for revision: Revision) async throws -> VerificationRequest {
    let configuration = try await workspace.configuration(for: revision)
    let suites = try configuration.suites(named: command.suite)
    try await workspace.check(suites)
    return VerificationRequest(
      revision: revision, configuration: configuration, suites: suites, repetitions: command.repetitions,
      rebuilds: command.again, timeLimit: limit, denied: workspace.denied)
  }
}
