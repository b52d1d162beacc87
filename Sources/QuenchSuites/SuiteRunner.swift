import QuenchProcesses
import SystemPackage

/// Runs suites, whatever their kind.
///
/// Cancelling the task that waits ends every process of the suite and throws `CancellationError`.
public struct SuiteRunner: Sendable {
  private let launcher: Launcher

  /// A runner that starts every process through `launcher`.
  public init(launcher: Launcher) {
    self.launcher = launcher
  }

  /// Builds a suite's tests into the run's scratch folder; a command suite has nothing to build.
  ///
  /// - Parameters:
  ///   - run: the suite's run.
  ///   - suites: the names of all suites that have their tests from this build, for messages; empty for this one's.
  ///   - caches: where package managers keep what they download.
  ///   - timeout: how long it may take; nil for as long as it likes.
  ///   - onLine: given what the build prints.
  /// - Throws: `SuiteError` with code `build-failed` or `package-missing`; `ProcessError`; `CancellationError`.
  public func build(
    _ run: SuiteRun, for suites: [String] = [], caches: DownloadCaches = .shared, timeout: Duration? = nil,
    onLine: (@Sendable (String) -> Void)? = nil
  ) async throws {
    guard case .swiftTest(let package, _, _, _) = run.definition.kind else { return }
    let names = suites.isEmpty ? [run.definition.name] : suites
    try await TestBuild(launcher: launcher, run: run, suites: names, caches: caches, timeout: timeout)
      .build(package: run.packageFolder(package), onLine: onLine)
  }

  /// Runs a suite, or the run's shard of it, and tells what came of every test.
  ///
  /// Tests that fail, crash, hang or are missing are part of the result, by the rule that nothing passes by silence:
  ///
  /// - FAILED when a test failed.
  /// - ERROR when a process crashed, exited early or did not tell all.
  /// - INCONCLUSIVE when time ran out, or no test ran to its end.
  /// - PASSED otherwise. A test that recorded only known issues has run.
  ///
  /// - Throws: `SuiteError` when the tests cannot be found or listed; `ProcessError`; `CancellationError`.
  public func run(
    _ run: SuiteRun, onProgress: @escaping @Sendable (SuiteProgress) -> Void = { _ in }
  ) async throws -> SuiteResult {
    if let shard = run.shard, shard.count < 1 || !(0..<shard.count).contains(shard.index) {
      throw SuiteError(
        .definitionInvalid, "suite \(run.definition.name) has no shard \(shard.index) of \(shard.count)",
        remedy: "set suites.\(run.definition.name).shards to 1 or more")
    }
    guard !run.secrets.isEmpty else { return try await results(of: run, onProgress: onProgress) }
    let mask = SecretMask(run.secrets.values)
    return try await results(of: run) { onProgress($0.masked(by: mask)) }.masked(by: mask)
  }

  private func results(
    of run: SuiteRun, onProgress: @escaping @Sendable (SuiteProgress) -> Void
  ) async throws -> SuiteResult {
    switch run.definition.kind {
    case .swiftTest(let package, let filter, let skip, let product):
      let suite = try SwiftTestSuite(
        launcher: launcher, run: run, package: run.packageFolder(package), filter: filter, skip: skip,
        product: product)
      return try await suite.results(onProgress: onProgress)
    case .command(let command):
      return try await CommandSuite(launcher: launcher, run: run, command: command).results(onProgress: onProgress)
    }
  }
}
