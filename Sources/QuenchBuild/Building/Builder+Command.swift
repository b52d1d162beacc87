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
  ///   - onLine: given each line that it prints.
  /// - Throws: `GitError`, `StateError` or `ProcessError`; `CancellationError` when the task is cancelled, after everything
  ///   was ended.
  public func run(
    _ arguments: [String], at revision: Revision, in repository: Repository,
    onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    try state.prepare()
    let held = try SlotPool(state, name: "build").take(
      for: "commands in \(repository.commonDirectory)", reason: "running \(arguments.first ?? "a command")")
    defer { withExtendedLifetime(held) {} }
    let slot = Slot(held.path)
    try await fill(slot, revision, repository, clean: false)
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let places = BuildPlaces(scratch: scratch.path, slot: slot.path, caches: SlotShare.all.caches(in: slot.path))
    let additions = places.variables.merging(
      ["GIT_CEILING_DIRECTORIES": slot.path.string, "QUENCH_REVISION": revision.id.description]) { $1 }
    let launch = Launch(
      arguments: arguments,
      environment: ProcessEnvironment.allowed(temporaryDirectory: scratch.path, adding: additions),
      workingDirectory: slot.tree,
      confinement: Confinement(writable: [slot.tree] + places.writable, denied: state.protected + denied))
    return try await launcher.run(launch, log: "/dev/null", onLine: onLine)
  }
}
