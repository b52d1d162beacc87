import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage

extension Builder {
  /// Runs a command in a checkout of a revision, confined as a build is, and to its end.
  ///
  /// The checkout is a slot that is moved from revision to revision: what the command made beside the revision's files is
  /// there the next time, so that it can build on it.
  ///
  /// - Parameters:
  ///   - arguments: the command and its arguments, looked for in `PATH`.
  ///   - timeout: how long it may take; nil for as long as it takes.
  ///   - onLine: given each line that it prints.
  /// - Throws: `GitError`, `StateError` or `ProcessError`; `CancellationError` when the task is cancelled, after everything
  ///   was ended.
  public func run(
    _ arguments: [String], at revision: Revision, in repository: Repository, timeout: Duration? = nil,
    onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    try state.prepare()
    let held = try SlotPool(state, name: "build").take(
      for: "commands in \(repository.commonDirectory)", reason: "running \(arguments.first ?? "a command")")
    defer { withExtendedLifetime(held) {} }
    let slot = Slot(held.path)
    do {
      _ = try await repository.materialise(revision, into: slot)
    } catch  where BuildError.isDiskFull(error) {
      throw BuildError.writing(slot.tree, as: .slotUnwritable, error)
    }
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let caches = SlotShare.all.caches(in: slot.path)
    let additions = [
      "GIT_CEILING_DIRECTORIES": slot.path.string, "QUENCH_REVISION": revision.id.description,
      ProcessEnvironment.moduleCacheVariable: slot.path.appending("modules").string,
    ].merging(caches.variables) { $1 }
    let launch = Launch(
      arguments: arguments,
      environment: ProcessEnvironment.allowed(temporaryDirectory: scratch.path, adding: additions),
      workingDirectory: slot.tree,
      confinement: Confinement(
        writable: [slot.tree, scratch.path, slot.path.appending("modules")] + caches.writable,
        denied: state.protected + denied))
    return try await launcher.run(launch, log: "/dev/null", timeout: timeout, onLine: onLine)
  }
}
