import QuenchProcesses
import SystemPackage

/// What one pass over a bundle, with one of the two testing libraries, came to.
struct TestProcessPass {
  var tests: [TestResult] = []
  /// What went wrong apart from failing tests, in words.
  var faults: [String] = []
  var timedOut = false
  /// How many tests did not run because of that.
  var neverStarted = 0
}

/// A built bundle, and all that its processes are started with.
struct TestProcessLauncher: Sendable {
  let launcher: Launcher
  let run: SuiteRun
  let package: FilePath
  let executable: FilePath

  /// Starts the bundle as `swift test` does: in the package's folder, with `NO_COLOR` set.
  ///
  /// - Parameter isMasked: whether secrets are replaced in what it prints; not where that is read again as names.
  func launch(_ arguments: [String], confinement: Confinement?, isMasked: Bool = true) -> Launch {
    var launch = Launch(
      arguments: [executable.string] + arguments,
      environment: run.completeEnvironment.merging(["NO_COLOR": "1"]) { $1 }, workingDirectory: package,
      confinement: confinement)
    if isMasked { launch.hiddenValues = run.secrets }
    return launch
  }
}
