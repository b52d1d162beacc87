import Foundation
import Subprocess
import SystemPackage

/// Starts processes, each through `quench launch`: in a session of its own, confined, with nothing inherited.
public struct Launcher: Sendable {
  /// The `quench` executable, which starts every process by entering itself again.
  public let executable: FilePath
  /// Whose the commands are that ``run(_:log:timeout:onLine:)`` runs; nil for nobody's.
  private let owner: ProcessOwner?

  /// A launcher that enters `executable`.
  ///
  /// - Parameter owner: whose the commands are that it runs to their end, unless their own environment says so: when
  ///   that `quench` and its launchers are killed, the next one ends what is left of them.
  public init(executable: FilePath, owner: ProcessOwner? = nil) {
    self.executable = executable
    self.owner = owner
  }

  /// The same for the commands of an owner.
  public func owned(by owner: ProcessOwner) -> Launcher { Launcher(executable: executable, owner: owner) }

  /// The launcher of the running `quench`; in a test, of the one built beside the test bundle.
  ///
  /// - Throws: `ProcessError` with code `executable-missing`.
  public static func located() throws(ProcessError) -> Launcher {
    guard let own = Bundle.main.executablePath.map({ FilePath($0) }) else {
      throw ProcessError(.executableMissing, "cannot tell which executable is running")
    }
    // Whatever it is called: what lies beside it, or is named in its environment or its arguments, is for tests alone.
    guard isTestRunner(own) else { return Launcher(executable: own) }
    if let build = ProcessInfo.processInfo.environment["QUENCH_EXECUTABLE"] {
      return Launcher(executable: FilePath(build))
    }
    let bundles = CommandLine.arguments.map { FilePath($0) }.filter { $0.extension == "xctest" }
    for bundle in bundles + [own] {
      let path = bundle.removingLastComponent().appending("quench")
      if FileManager.default.isExecutableFile(atPath: path.string) { return Launcher(executable: path) }
    }
    throw ProcessError(
      .executableMissing, "no quench executable beside \(own)", remedy: "swift build --product quench")
  }

  private static func isTestRunner(_ executable: FilePath) -> Bool {
    executable.extension == "xctest" || ["swiftpm-testing-helper", "xctest"].contains(executable.lastComponent?.string)
  }

  /// Runs a command to its end.
  ///
  /// What it prints goes to `log` and, line by line, to `onLine`. Nothing it started is left when this returns.
  /// When its time runs out it is ended, and the outcome says so. From the call of ``StopDeadline`` on its grace is no
  /// longer than what that leaves.
  ///
  /// - Throws: `ProcessError` when it cannot be started or confined, or the log not be written; `CancellationError` when
  ///   the task is cancelled, after everything was ended.
  public func run(
    _ launch: Launch, log: FilePath, timeout: Duration? = nil, onLine: (@Sendable (String) -> Void)? = nil
  ) async throws -> CommandOutcome {
    var launch = launch
    if let owner, launch.environment[ProcessTable.ownerVariable] == nil {
      launch.environment[ProcessTable.ownerVariable] = owner.text
    }
    var options = Self.platformOptions
    options.teardownSequence = [
      .send(signal: .terminate, allowedDurationToNextStep: launch.grace + .seconds(2))
    ]
    let clock = ContinuousClock()
    let start = clock.now
    let guardian = DeadlineGuard()
    defer { guardian.dismiss() }
    let mark = "quench launch \(UInt64.random(in: .min ... .max))"
    let configuration = Configuration(
      executable: .path(executable), arguments: Arguments(launch.launcherArguments(["--lifeline"])),
      environment: environment(of: launch, mark: mark), workingDirectory: launch.workingDirectory,
      platformOptions: options)
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
      if lastLines.last == mark {
        throw ProcessError(
          .launchFailed,
          "cannot start `\(launch.arguments.last ?? "")` in \(launch.workingDirectory): "
            + lastLines.dropLast().suffix(1).joined())
      }
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

  /// What stands before the name of each secret that is for the launcher alone, which hides it.
  static let hiddenVariable = "_M_"

  /// The launcher's whole environment: what it passes on, and the secrets that it hides.
  ///
  /// - Parameter mark: what the launcher prints when it cannot start the command; nil when it says so in another way.
  func variables(of launch: Launch, mark: String? = nil) -> [String: String] {
    var variables = Dictionary(
      uniqueKeysWithValues: launch.environment.map { (Self.commandVariable + $0, $1) })
    for (name, value) in launch.hiddenValues { variables[Self.hiddenVariable + name] = value }
    variables["QUENCH_LAUNCH_MARK"] = mark
    return variables
  }

  func environment(of launch: Launch, mark: String? = nil) -> Subprocess.Environment {
    .custom(
      Dictionary(
        uniqueKeysWithValues: variables(of: launch, mark: mark).compactMap { name, value in
          Subprocess.Environment.Key(rawValue: name).map { ($0, value) }
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
