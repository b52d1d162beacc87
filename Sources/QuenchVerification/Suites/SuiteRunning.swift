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

/// Runs the suites of one verification side by side, as far as there are instances for them.
struct SuiteRunning: Sendable {
  let state: StateDirectory
  let launcher: Launcher
  let manager: HotpointManager
  let request: VerificationRequest
  let build: Build
  let draft: VerdictDraft
  let report: @Sendable (VerificationEvent) -> Void

  /// Runs all suites to their end, each recorded as it ends.
  ///
  /// - Throws: `CancellationError`, or what keeps Quench itself from running a suite.
  func run(_ suites: [TestPreparation.Prepared], on instances: [Instance]) async throws {
    let pool = InstancePool(instances)
    let logs = state.logs.appending("suites-\(request.revision.id.abbreviated)-\(Self.stamp)")
    let use = state.lock(ofLog: logs)
    // Held for as long as they are written, so that nobody takes them for old.
    let held = try use.tryAcquire(reason: "running the suites of \(request.revision.id.abbreviated)")
    defer {
      unlink(use.path.string)
      withExtendedLifetime(held) {}
    }
    draft.note(log: logs)
    let endpoint = try await ResetEndpoint()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let serving = Task { try? await endpoint.serve() }
      defer { serving.cancel() }
      for prepared in suites {
        group.addTask {
          do {
            if let failure = prepared.failure { throw failure }
            try await run(prepared, pool: pool, endpoint: endpoint, logs: logs)
          } catch let error as CancellationError {
            draft.trail.end(prepared.suite.name)
            throw error
          } catch {
            draft.trail.end(prepared.suite.name)
            try Task.checkCancellation()
            // What keeps one suite from running is that suite's error; the others go on.
            let reason = DiagnosticText.lines(of: error).joined(separator: "\n")
            let result = SuiteResult(
              name: prepared.suite.name, result: .error, durationSeconds: 0, reason: reason, tests: [])
            await draft.record(result)
            report(.suiteEnded(result))
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Runs one suite as often as asked, and records the sum.
  private func run(_ prepared: TestPreparation.Prepared, pool: InstancePool, endpoint: ResetEndpoint, logs: FilePath)
    async throws
  {
    var results: [SuiteResult] = []
    for repetition in 1...max(1, request.repetitions) {
      let folder = request.repetitions > 1 ? logs.appending("run-\(repetition)") : logs
      let result = try await runOnce(prepared, pool: pool, endpoint: endpoint, logs: folder)
      try Task.checkCancellation()
      results.append(result)
      // Of several runs the worst is the suite's result, also when there is no time for the rest of them.
      let runs = request.repetitions > 1 ? results.map(\.result) : nil
      if var worst = results.max(by: { $0.result.severity < $1.result.severity }) {
        worst.runs = runs
        await draft.record(worst)
      }
      var told = result
      told.runs = runs
      report(.suiteEnded(told))
    }
    let flakiness = FlakinessReport(results)
    if results.count > 1 {
      await draft.record(
        flakiness.tests.map {
          TestFlakiness(suite: prepared.suite.name, test: $0.id, runs: $0.runs, failures: $0.failures)
        })
    }
  }

  private func runOnce(
    _ prepared: TestPreparation.Prepared, pool: InstancePool, endpoint: ResetEndpoint, logs: FilePath
  )
    async throws -> SuiteResult
  {
    let suite = prepared.suite
    guard suite.shards > 1 else {
      return try await run(prepared, shard: nil, pool: pool, endpoint: endpoint, logs: logs)
    }
    return try await withThrowingTaskGroup(of: SuiteResult.self) { group in
      for index in 0..<suite.shards {
        group.addTask {
          try await run(
            prepared, shard: SuiteRun.Shard(index: index, count: suite.shards), pool: pool, endpoint: endpoint,
            logs: logs)
        }
      }
      var parts: [SuiteResult] = []
      for try await part in group { parts.append(part) }
      return SuiteResult.merged(parts)
    }
  }

  /// Runs a suite, or one shard of it, on instances of its own.
  private func run(
    _ prepared: TestPreparation.Prepared, shard: SuiteRun.Shard?, pool: InstancePool, endpoint: ResetEndpoint,
    logs: FilePath
  ) async throws -> SuiteResult {
    guard case .count(let count) = prepared.suite.instances else {
      begin(prepared.suite.name, on: [])
      return try await execute(prepared, shard: shard, on: [], resetURL: nil, logs: logs)
    }
    let (instances, used) = try await pool.take(count)
    do {
      for instance in instances where used.contains(instance.id) { try await manager.reset(instance) }
      let fallen = FallenInstances(manager: manager)
      let resetURL = await endpoint.open(instances.count) { index in
        let asked = index.map { [instances[$0]] } ?? instances
        // What is put back runs again, so whether it had fallen over has to be seen before.
        await fallen.look(at: asked)
        for instance in asked { try await manager.reset(instance) }
      }
      begin(prepared.suite.name, on: instances)
      var result: SuiteResult
      do {
        result = try await execute(prepared, shard: shard, on: instances, resetURL: resetURL, logs: logs)
      } catch {
        await endpoint.close(resetURL)
        throw error
      }
      await endpoint.close(resetURL)
      await fallen.look(at: instances)
      await fallen.note(in: &result)
      await pool.giveBack(instances)
      return result
    } catch {
      await pool.giveBack(instances)
      throw error
    }
  }

  private func begin(_ suite: String, on instances: [Instance]) {
    draft.trail.begin(suite)
    report(.suiteStarted(suite, instances: instances))
  }

  private func execute(
    _ prepared: TestPreparation.Prepared, shard: SuiteRun.Shard?, on instances: [Instance], resetURL: String?,
    logs: FilePath
  ) async throws -> SuiteResult {
    let temporary = try TemporaryDirectory()
    defer { temporary.remove() }
    let checkout = prepared.checkout
    var variables = [
      "QUENCH_REVISION": request.revision.id.description,
      "QUENCH_BUILD_DIGEST": build.digest.description,
      "QUENCH_INSTANCES": "[" + instances.map { "\"\($0.baseURL)\"" }.joined(separator: ",") + "]",
      // A command that compiles something needs a place for what it keeps; the user's own is none for tests.
      ProcessEnvironment.cacheHomeVariable: temporary.path.appending("cache").string,
      ProcessTable.ownerVariable: try ProcessOwner.current(in: state).text,
      // The checkout is no repository; git, asked from inside it, would speak of the one that `.quench` lies in.
      "GIT_CEILING_DIRECTORIES": checkout.tree.removingLastComponent().string,
    ]
    variables["QUENCH_BASE_URL"] = instances.first?.baseURL
    variables["QUENCH_RESET_URL"] = resetURL
    let run = SuiteRun(
      definition: SuiteDefinition(prepared.suite), checkout: checkout.tree,
      scratch: checkout.scratch(for: prepared.suite),
      environment: ProcessEnvironment.allowed(temporaryDirectory: temporary.path, adding: variables),
      // The built tests are only read, so that no test can change what the next run takes for built.
      confinement: .ofTests(
        writing: [checkout.tree, temporary.path], reading: [checkout.scratches], in: state, denied: request.denied),
      logs: logs, shard: shard, secrets: ServiceSecrets.known(of: request.configuration.service))
    let name = prepared.suite.name
    return try await SuiteRunner(launcher: launcher).run(run) { progress in
      if case .testEnded(let test, _) = progress { draft.trail.add(test, of: name) }
      report(.suiteProgress(name, progress))
    }
  }

  private static var stamp: String {
    let now = Date().formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    return "\(now)-\(UInt32.random(in: 0..<0x10000))"
  }
}
