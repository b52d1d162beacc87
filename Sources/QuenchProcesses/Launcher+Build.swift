import SystemPackage

extension Launcher {
  /// Runs a command that builds, after what it depends on was fetched.
  ///
  /// - Parameters:
  ///   - dependencies: those of the Swift package that it builds.
  ///   - timeout: the limit for both together.
  /// - Throws: as ``run(_:log:timeout:onLine:)``, whose other parameters these are.
  public func runBuild(
    _ launch: Launch, log: FilePath, dependencies: PackageDependencies, timeout: Duration? = nil,
    onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    let clock = ContinuousClock()
    let start = clock.now
    try await dependencies.fetch(as: launch, by: self, log: log, timeout: timeout, onLine: onLine)
    let taken = clock.now - start
    let left = timeout.map { max($0 - taken, .zero) }
    var outcome = try await run(launch, log: log, timeout: left, onLine: onLine)
    outcome.duration += taken
    return outcome
  }
}
