import SystemPackage

extension Launcher {
  /// Runs a command that builds, after what it depends on was fetched.
  ///
  /// - Parameters:
  ///   - dependencies: those of the Swift package that it builds; nil where it builds none.
  ///   - timeout: the limit for both together; waiting for others that fetch is left out of it.
  /// - Throws: as ``run(_:log:timeout:onLine:)``, whose other parameters these are.
  public func runBuild(
    _ launch: Launch, log: FilePath, dependencies: PackageDependencies?, timeout: Duration? = nil,
    onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    let turn = try await dependencies?.turn()
    let clock = ContinuousClock(), start = clock.now
    func run(_ command: Launch) async throws -> CommandOutcome {
      let left = timeout.map { max($0 - (clock.now - start), .milliseconds(1)) }
      return try await self.run(command, log: log, timeout: left, onLine: onLine)
    }
    if let dependencies, let turn {
      try await dependencies.fetch(as: launch) { command in
        do { return try await run(command) } catch is ProcessError { return nil }
      }
      withExtendedLifetime(turn) {}
    }
    let fetched = clock.now - start
    var outcome = try await run(launch)
    outcome.duration += fetched
    return outcome
  }
}
