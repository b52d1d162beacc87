import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
import QuenchGit
import QuenchInstances
import QuenchManagers
import QuenchProcesses
import QuenchState
import QuenchSuites
import SystemPackage

/// Takes a revision from its commit to its verdict: build, hot instances, suites, rollback.
public struct Verification: Sendable {
  let repository: Repository
  let state: StateDirectory
  let launcher: Launcher
  let builder: Builder
  let manager: HotpointManager

  /// Makes a verification that works in `state`.
  public init(
    repository: Repository, state: StateDirectory, launcher: Launcher, builder: Builder, manager: HotpointManager
  ) {
    self.repository = repository
    self.state = state
    self.launcher = launcher
    self.builder = builder
    self.manager = manager
  }

  /// Verifies a revision.
  ///
  /// What goes wrong with the revision (it does not build, does not start, its tests fail) is in the verdict. When
  /// this returns or throws, the hot instances are stopped or back on their baseline.
  ///
  /// - Parameter align: has the hot set on the baseline it is to return to; done first, and its time counts.
  /// - Throws: `VerificationInterrupted` when the task is cancelled; `LedgerError`, `StateError` or `GitError` when Quench
  ///   itself cannot work here.
  public func run(
    _ request: VerificationRequest, align: @escaping @Sendable () async throws -> Void = {},
    report: @escaping @Sendable (VerificationEvent) -> Void
  ) async throws -> Report {
    let draft = try VerdictDraft(request, isolation: Confinement.description)
    let clock = ContinuousClock()
    let start = clock.now
    @Sendable func work() async throws {
      guard try await isAligned(align, draft) else { return }
      try await perform(request, draft, report)
    }
    var broken: (any Error)?
    do {
      if let limit = request.timeLimit {
        try await limit.run(
          onReached: { reached in
            await draft.note(reached)
            // From now on everything is being ended, and what is slow to end has one deadline, not one after the other.
            StopDeadline.ofThisProcess.call()
          }, work)
      } else {
        try await work()
      }
    } catch let error as TimeLimitReached {
      await draft.hinder(.timeLimit, error, detail: error.message)
    } catch {
      guard Task.isCancelled else { throw error }
      broken = error is CancellationError ? nil : error
    }
    let seconds = (clock.now - start).seconds
    // What a signal ended is no verdict, however far it came.
    let isOver = !Task.isCancelled
    let report = Report(
      verdict: isOver ? await draft.finished(after: seconds) : await draft.interrupted(after: seconds),
      build: await draft.build, failure: await draft.failure, logs: draft.logs)
    guard isOver else { throw VerificationInterrupted(report: report, cause: broken) }
    return report
  }

  /// Whether the hot set is on its baseline; the draft says why not.
  private func isAligned(_ align: @Sendable () async throws -> Void, _ draft: VerdictDraft) async throws -> Bool {
    do {
      try await align()
      return true
    } catch let error as any Diagnostic where error.exitStatus == .error {
      try Task.checkCancellation()
      await draft.hinder(.start, error, detail: error.message)
      return false
    }
  }

  func preparation(
    for request: VerificationRequest, report: @escaping @Sendable (VerificationEvent) -> Void
  ) -> TestPreparation {
    TestPreparation(repository: repository, state: state, launcher: launcher, denied: request.denied, report: report)
  }

  private func perform(
    _ request: VerificationRequest, _ draft: VerdictDraft, _ report: @escaping @Sendable (VerificationEvent) -> Void
  ) async throws {
    let tests = preparation(for: request, report: report)
    let sources = try await tests.sources(for: request)
    await draft.record(definitions: tests.definitions(for: request, sources: sources))
    // The tests are built while the service is, but checked out after it, since both would wait for the same disk; when
    // the service fails to build, they are not waited for.
    let (isCheckedOut, checkedOut) = AsyncStream<Void>.makeStream()
    async let prepared = tests.prepare(request, sources: sources, after: isCheckedOut) { draft.note(log: $0) }
    guard let (build, visit) = try await stage(request, draft, checkedOut, report) else { return }
    do {
      let clock = ContinuousClock()
      let start = clock.now
      let running = SuiteRunning(
        state: state, launcher: launcher, manager: manager, request: request, build: build, draft: draft,
        report: report)
      do {
        try await running.run(try await prepared, on: visit?.instances ?? [])
      } catch let error as any Diagnostic {
        try Task.checkCancellation()
        await draft.hinder(.checkout, error, detail: error.message)
      }
      await draft.record(suitesSeconds: (clock.now - start).seconds)
    } catch {
      await rollBack(visit, draft, report)
      throw error
    }
    await rollBack(visit, draft, report)
  }

  /// Builds the service and starts its instances, if any are wanted; nil when either cannot be had, which the draft then
  /// says.
  private func stage(
    _ request: VerificationRequest, _ draft: VerdictDraft, _ checkedOut: AsyncStream<Void>.Continuation,
    _ report: @escaping @Sendable (VerificationEvent) -> Void
  ) async throws -> (build: Build, visit: HotVisit?)? {
    guard let held = try await build(request, draft, checkedOut, report) else { return nil }
    // Until the instances are there, nothing else keeps the artifact in the store.
    defer { withExtendedLifetime(held) {} }
    guard let visit = try await deploy(held.build, request, draft, report) else { return nil }
    return (held.build, visit)
  }

  /// Makes the build that a verification of the revision will find in the store.
  ///
  /// - Throws: `BuildError`, `GitError`, `StateError`, `ProcessError`, `InstanceError` for a secret that is missing;
  ///   `CancellationError`, after everything was ended.
  public func build(ahead request: VerificationRequest) async throws -> Build {
    try await builder.build(
      request.revision, by: Recipe(request.configuration.service), in: repository,
      secrets: try ServiceSecrets.buildValues(of: request.configuration.service),
      share: await SlotShare(of: request.revision, branch: request.configuration.gate.branch, in: repository)
    ).build
  }

  /// Builds the service; nil when it cannot be built, which the draft then says.
  ///
  /// - Parameter checkedOut: finished when the service's files are in their slot, or nothing is to be checked out now.
  private func build(
    _ request: VerificationRequest, _ draft: VerdictDraft, _ checkedOut: AsyncStream<Void>.Continuation,
    _ report: @escaping @Sendable (VerificationEvent) -> Void
  ) async throws -> HeldBuild? {
    defer { checkedOut.finish() }
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let held = try await builder.build(
        request.revision, by: Recipe(request.configuration.service), in: repository,
        secrets: try ServiceSecrets.buildValues(of: request.configuration.service),
        share: await SlotShare(of: request.revision, branch: request.configuration.gate.branch, in: repository),
        again: request.rebuilds,
        onLine: { report(.buildLine($0)) },
        onWait: {
          checkedOut.finish()
          report(.waiting(for: $0))
        }, onStart: { report(.building) }, onCheckedOut: { checkedOut.finish() }, onLog: { draft.note(log: $0) })
      await draft.record(held.build, seconds: (clock.now - start).seconds)
      report(.built(held.build))
      return held
    } catch let error as InstanceError where error.code == .secretMissing {
      throw error
    } catch let error as any Diagnostic {
      // What was ended because its time was up, or by a signal, says nothing about the revision.
      try Task.checkCancellation()
      await draft.hinder(error is GitError ? .checkout : .build, error, detail: error.message)
      return nil
    }
  }

  /// Starts the instances; the outer nil means they cannot be had, which the draft then says, the inner that none is wanted.
  private func deploy(
    _ build: Build, _ request: VerificationRequest, _ draft: VerdictDraft,
    _ report: @escaping @Sendable (VerificationEvent) -> Void
  ) async throws -> HotVisit?? {
    guard request.instancesNeeded > 0 else { return .some(nil) }
    let service = request.configuration.service
    let clock = ContinuousClock()
    let start = clock.now
    report(.deploying(count: request.instancesNeeded))
    do {
      let visit = try await manager.begin(
        Deployment(
          revision: request.revision.id.description, digest: build.digest.description, service: service,
          count: request.instancesNeeded, secrets: try ServiceSecrets.values(of: service), denied: request.denied,
          report: { [state] event in
            if case .starting(let names) = event {
              for name in names { draft.note(log: state.logs(ofInstance: name)) }
            }
            report(.deployment(event))
          }),
        onWait: { report(.waiting(for: $0)) })
      await draft.record(visit.instances, seconds: (clock.now - start).seconds)
      report(.deployed(visit.instances))
      return visit
    } catch let error as InstanceError where error.code == .secretMissing {
      throw error
    } catch let error as any Diagnostic {
      try Task.checkCancellation()
      await draft.hinder(.start, error, detail: error.message)
      return nil
    }
  }

  /// Instances that nobody was using, or that fell just after, say as much of the build as those that suites saw fall.
  private func lookForFallen(_ visit: HotVisit, _ draft: VerdictDraft) async {
    guard !Task.isCancelled, !StopDeadline.ofThisProcess.isCalled else { return }
    for (instance, health) in zip(visit.instances, await manager.health(of: visit.instances)) {
      guard case .ended(_, let lines) = health, await !draft.mentions(instance.id) else { continue }
      let error = InstanceError(
        .ended, "instance \(instance.id) \(health) while it was under test" + LogTail.quoted(lines),
        remedy: "quench logs \(instance.id)")
      await draft.hinder(.instance, error, detail: error.message)
      // What passed while that happened has not shown that the service works.
      await draft.doubtSuites(error.message)
      return
    }
  }

  private func rollBack(
    _ visit: HotVisit?, _ draft: VerdictDraft, _ report: @escaping @Sendable (VerificationEvent) -> Void
  ) async {
    guard let visit else { return }
    await lookForFallen(visit, draft)
    report(.rollingBack(to: visit.baseline))
    let clock = ContinuousClock()
    let start = clock.now
    let failures = await manager.end(visit)
    if let error = failures.first {
      await draft.record(leftBehind: failures)
      await draft.hinder(.rollback, error, detail: DiagnosticText.message(of: error))
    } else {
      await draft.record(rolledBackTo: visit.baseline, seconds: (clock.now - start).seconds)
    }
  }
}

extension Recipe {
  /// The part of the service that decides what is built.
  public init(_ service: ServiceConfiguration) {
    self.init(
      name: service.name, command: service.build?.command, timeout: service.build?.timeout, outputs: service.outputs,
      secretNames: service.buildSecrets, paths: service.paths,
      mode: service.buildMode == .clean ? .clean : .incremental)
  }
}
