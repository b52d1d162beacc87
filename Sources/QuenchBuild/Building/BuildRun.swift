import Foundation
import QuenchGit
import QuenchProcesses
import QuenchState
import SystemPackage

/// One run of a build command in a slot that holds the revision.
struct BuildRun: Sendable {
  let revision: Revision
  let recipe: Recipe
  let key: BuildKey
  let slot: Slot
  let state: StateDirectory
  let launcher: Launcher
  let secrets: [String: String]
  let denied: [FilePath]
  /// Where package managers keep what they download.
  let caches: DownloadCaches
  /// Whether nothing of earlier builds is used.
  var isClean: Bool
  /// Told where the log is before the command runs.
  let onLog: (@Sendable (FilePath) -> Void)?

  /// What came of it.
  struct Outcome: Sendable {
    let seconds: Double
    let log: FilePath
  }

  /// Runs the recipe's command to its end; nil when it has none.
  ///
  /// - Throws: `BuildError` with code `build-failed`, `build-timed-out` or `disk-full`; `ProcessError` when it cannot be
  ///   run; `CancellationError` when the task is cancelled, after everything was ended.
  func run(onLine: (@Sendable (String) -> Void)?) async throws -> Outcome? {
    guard let command = recipe.command else { return nil }
    let log = try BuildLog(logPath(), onLine: onLine)
    onLog?(log.path)
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let places = BuildPlaces(scratch: scratch.path, slot: slot.path, caches: caches, isClean: isClean)
    var additions = places.variables
    // The checkout is no repository; git, asked from inside it, would speak of the one that `.quench` lies in.
    additions["GIT_CEILING_DIRECTORIES"] = slot.path.string
    additions.merge(recipe.environment) { $1 }
    additions.merge(secrets) { $1 }
    additions["QUENCH_REVISION"] = revision.id.description
    var launch = Launch.shell(
      command, environment: ProcessEnvironment.allowed(temporaryDirectory: scratch.path, adding: additions),
      workingDirectory: slot.tree,
      confinement: Confinement(writable: [slot.tree] + places.writable, denied: state.protected + denied))
    launch.secretNames = secrets.keys.sorted()
    let outcome = try await launcher.runBuild(
      launch, log: "/dev/null", dependencies: PackageDependencies(builtBy: command, in: slot.tree, caches: caches),
      timeout: recipe.timeout
    ) { log.append($0) }
    guard outcome.isSuccess else { throw failure(outcome, command, log) }
    return Outcome(seconds: outcome.duration.seconds, log: log.path)
  }

  private func failure(_ outcome: CommandOutcome, _ command: String, _ log: BuildLog) -> BuildError {
    let what = "building \(recipe.name) at \(revision.id.abbreviated)"
    let lines = log.lastLines.map { "\n  \($0)" }.joined()
    let rest = (lines.isEmpty ? "; it printed nothing" : "; its last lines:" + lines) + "\nlog: \(log.path)"
    let remedy = "less \(log.path)"
    if log.failure == .noSpace || log.lastLines.contains(where: Self.saysDiskFull) {
      return BuildError(.diskFull, "the disk is full: \(what) failed" + rest, remedy: "quench gc", cause: log.failure)
    }
    if outcome.timedOut {
      let limit = recipe.timeout.map { " after \($0)" } ?? ""
      return BuildError(.buildTimedOut, "\(what) was ended\(limit): `\(command)`" + rest, remedy: remedy)
    }
    return BuildError(.buildFailed, "\(what) failed with \(outcome.ending): `\(command)`" + rest, remedy: remedy)
  }

  private static func saysDiskFull(_ line: String) -> Bool {
    ["No space left on device", "ENOSPC", "Disk quota exceeded"].contains { line.contains($0) }
  }

  private func logPath() -> FilePath {
    let now = Date()
    let time = now.formatted(
      Date.VerbatimFormatStyle(
        format: """
          \(year: .padded(4))\(month: .twoDigits)\(day: .twoDigits)T\
          \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)\
          \(secondFraction: .fractional(3))Z
          """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
    return state.logs.appending("build-\(key.abbreviated)-\(time).log")
  }
}
