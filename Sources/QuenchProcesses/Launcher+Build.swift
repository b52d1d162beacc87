import SystemPackage

extension Launcher {
  /// Runs a command that builds, and once more when SwiftPM says that dependencies could not be resolved.
  ///
  /// SwiftPM passes over each version of a package whose manifest it could not read, which happens on a busy machine, and
  /// then finds no version that fits; a network that fails says the same. Neither is a fault of what is built.
  ///
  /// - Parameters: as those of ``run(_:log:timeout:onLine:)``; the limit holds for both runs together.
  /// - Throws: as ``run(_:log:timeout:onLine:)``.
  public func runBuild(
    _ launch: Launch, log: FilePath, timeout: Duration? = nil, onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    let first = try await run(launch, log: log, timeout: timeout, onLine: onLine)
    let left = timeout.map { $0 - first.duration }
    guard !first.isSuccess, first.saysUnresolved, left.map({ $0 > .zero }) ?? true else { return first }
    onLine?("quench: dependencies could not be resolved; this is tried once more")
    var second = try await run(launch, log: log, timeout: left, onLine: onLine)
    second.duration += first.duration
    return second
  }
}

extension CommandOutcome {
  /// Whether the command ended because SwiftPM found no versions of its dependencies.
  fileprivate var saysUnresolved: Bool {
    lastLines.contains { $0.hasPrefix("error: Dependencies could not be resolved") }
  }
}
