import Foundation
import Subprocess
import SystemPackage

/// Starts processes, each through `quench launch`: in a session of its own, confined, with nothing inherited.
public struct Launcher: Sendable {
  /// The `quench` executable, which starts every process by entering itself again.
  public let executable: FilePath

  /// A launcher that enters `executable`.
  public init(executable: FilePath) {
    self.executable = executable
  }

  /// The launcher of the running `quench`; in a test, of the one built beside the test bundle.
  ///
  /// - Throws: `ProcessError` with code `executable-missing`.
  public static func located() throws(ProcessError) -> Launcher {
    guard let own = Bundle.main.executablePath.map({ FilePath($0) }) else {
      throw ProcessError(.executableMissing, "cannot tell which executable is running")
    }
    if own.lastComponent?.string == "quench" { return Launcher(executable: own) }
    var candidates = CommandLine.arguments.map { FilePath($0).removingLastComponent() }
    candidates.append(own.removingLastComponent())
    if let build = ProcessInfo.processInfo.environment["QUENCH_EXECUTABLE"] {
      return Launcher(executable: FilePath(build))
    }
    for folder in candidates {
      let path = folder.appending("quench")
      if FileManager.default.isExecutableFile(atPath: path.string) { return Launcher(executable: path) }
    }
    throw ProcessError(
      .executableMissing, "no quench executable beside \(own)", remedy: "swift build --product quench")
  }

  /// Runs a command to its end.
  ///
  /// What it prints goes to `log` and, line by line, to `onLine`. Nothing it started is left when this returns.
  /// When its time runs out it is ended, and the outcome says so. From the call of ``StopDeadline`` on its grace is no
  /// longer than what that leaves.
  ///
  /// - Throws: `ProcessError` when it cannot be started or the log not be written; `CancellationError` when the task is
  ///   cancelled, after everything was ended.
  public func run(
    _ launch: Launch, log: FilePath, timeout: Duration? = nil, onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    var options = Self.platformOptions
    options.teardownSequence = [
      .send(signal: .terminate, allowedDurationToNextStep: launch.grace + .seconds(2))
    ]
    let clock = ContinuousClock()
    let start = clock.now
    let guardian = DeadlineGuard()
    defer { guardian.dismiss() }
    let configuration = Configuration(
      executable: .path(executable), arguments: Arguments(launch.launcherArguments(["--lifeline"])),
      environment: environment(of: launch), workingDirectory: launch.workingDirectory, platformOptions: options)
    do {
      let result = try await Subprocess.run(
        configuration, input: .inputWriter, output: .sequence, error: .combinedWithOutput
      ) { execution in
        guardian.watch(ProcessIdentity(running: execution.processIdentifier.value))
        return try await withThrowingTaskGroup(of: Reading.self) { group in
          let output = execution.standardOutput
          group.addTask {
            let log = try CommandLog(appendingTo: log)
            for try await chunk in output {
              try chunk.withUnsafeBytes { try log.append($0, onLine: onLine) }
            }
            log.finish(onLine: onLine)
            return .ended(log.lastLines)
          }
          if let timeout {
            group.addTask {
              try await Task.sleep(for: timeout, clock: clock)
              return .outOfTime
            }
          }
          var timedOut = false
          while let reading = try await group.next() {
            switch reading {
            case .outOfTime:
              timedOut = true
              // The launcher ends the whole tree when its lifeline closes.
              try await execution.standardInputWriter.finish()
            case .ended(let lastLines):
              group.cancelAll()
              return (timedOut, lastLines)
            }
          }
          return (timedOut, [])
        }
      }
      try Task.checkCancellation()
      let (timedOut, lastLines) = result.closureResult
      return CommandOutcome(
        ending: ProcessEnding(result.terminationStatus), timedOut: timedOut, duration: clock.now - start,
        lastLines: lastLines)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw ProcessError(
        .launchFailed, "cannot run `\(launch.arguments.last ?? "")` in \(launch.workingDirectory)", cause: error)
    }
  }

  /// The launcher leaves this process's group before it runs, so that no signal to the group ends it on its way there.
  static var platformOptions: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    return options
  }

  private enum Reading {
    case outOfTime
    case ended([String])
  }

  /// What stands before the name of each variable that is meant for the command.
  ///
  /// The launcher takes it off. It is not confined itself, so no variable that the code under test may choose
  /// (`LD_PRELOAD`, for one) is to work on it.
  static let commandVariable = "_Q_"

  func environment(of launch: Launch) -> Subprocess.Environment {
    .custom(
      Dictionary(
        uniqueKeysWithValues: launch.environment.compactMap { name, value in
          Subprocess.Environment.Key(rawValue: Self.commandVariable + name).map { ($0, value) }
        }))
  }
}

extension ProcessEnding {
  init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let code): self = .signalled(code)
    }
  }
}
