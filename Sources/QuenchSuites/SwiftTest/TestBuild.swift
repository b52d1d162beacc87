import Foundation
import QuenchProcesses
import SystemPackage

/// Builds a Swift package's tests into a build folder of their own.
struct TestBuild {
  let launcher: Launcher
  let run: SuiteRun
  /// The names of the suites whose tests these are.
  let suites: [String]
  /// Where package managers keep what they download.
  let caches: DownloadCaches
  /// How long it may take; nil for as long as it likes.
  let timeout: Duration?

  /// Runs `swift build --build-tests`.
  ///
  /// - Throws: `SuiteError` with code `build-failed` and the last lines of the build.
  func build(package: FilePath, onLine: (@Sendable (String) -> Void)?) async throws {
    let arguments = [
      "swift", "build", "--build-tests", "--package-path", package.string, "--scratch-path", run.scratch.string,
    ]
    try run.makeLogs()
    try? FileManager.default.createDirectory(atPath: run.scratch.string, withIntermediateDirectories: true)
    let launch = Launch(
      arguments: arguments, environment: run.completeEnvironment, workingDirectory: package,
      confinement: run.confinement?.allowing(run.scratch))
    let log = run.buildLog
    let outcome = try await launcher.runBuild(
      launch, log: log, dependencies: PackageDependencies(of: package, scratch: run.scratch, caches: caches),
      timeout: timeout, onLine: onLine)
    guard outcome.isSuccess else {
      throw SuiteError(
        .buildFailed,
        "the tests of \(suites.count > 1 ? "the suites" : "suite") \(suites.joined(separator: ", ")) did not build ("
          + (outcome.timedOut ? "ended after \(timeout ?? outcome.duration)" : "\(outcome.ending)") + "):\n"
          + BoundedText.joined(Self.telling(outcome.lastLines)),
        remedy: "\(arguments.joined(separator: " "))    # the whole build is in \(log)")
    }
  }

  /// The last lines, without those that only tell of progress.
  private static func telling(_ lines: [String]) -> [String] {
    let kept = lines.filter { !($0.hasPrefix("[") && $0.contains("/") && $0.contains("] ")) }
    return (kept.isEmpty ? lines : kept).suffix(20)
  }
}
