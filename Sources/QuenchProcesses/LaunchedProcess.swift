import CLaunch
@preconcurrency import Dispatch
import Foundation
import Subprocess
import SystemPackage

/// A process that runs on its own: it may have been started by this `quench` or by an earlier one.
///
/// Its launcher stays as its parent, ends whatever it leaves behind, and records how it ended.
public struct LaunchedProcess: Sendable {
  /// The service's own process.
  public let process: ProcessIdentity
  /// Its parent, the launcher.
  public let launcher: ProcessIdentity
  /// How it is isolated: `landlock-<version>` or `none`.
  public let isolation: String
  /// The file that says so.
  public let record: FilePath

  /// Takes up a process from its record, whether or not it still runs; one of an earlier boot of the machine does not.
  ///
  /// - Throws: `ProcessError` with code `record-unreadable`.
  public init(adopting record: FilePath) throws(ProcessError) {
    let content = try LaunchRecord(path: record)
    self.record = record
    let isOfThisBoot = content.boot == ProcessTable.boot
    process = isOfThisBoot ? ProcessIdentity(pid: content.pid, start: content.start) : .ended(content.pid)
    launcher =
      isOfThisBoot
      ? ProcessIdentity(pid: content.launcherPid, start: content.launcherStart) : .ended(content.launcherPid)
    isolation = content.landlock > 0 ? "landlock-\(content.landlock)" : "none"
  }

  /// Whether the process still runs.
  public var isRunning: Bool { process.isRunning }

  /// How it ended; nil while it runs, and when its launcher was killed before it could say.
  public var ending: ProcessEnding? { EndingRecord(besideRecord: record)?.ending }

  /// Waits until the process and everything it started have ended.
  ///
  /// - Throws: `CancellationError` when the task is cancelled; the process goes on.
  public func waitUntilEnded() async throws {
    for identity in [process, launcher] { try await Self.wait(for: identity) }
  }

  /// Waits until the process itself has ended; what it started may still be on its way out.
  ///
  /// - Throws: `CancellationError` when the task is cancelled; the process goes on.
  public func waitUntilProcessEnded() async throws { try await Self.wait(for: process) }

  /// Asks the process to stop by its launch's signal, and has it killed with all it started when `grace` has passed, or
  /// the time that ``StopDeadline`` leaves it.
  ///
  /// Returns when all of it has ended.
  public func stop(grace: Duration) async {
    if launcher.signal(SIGTERM) {
      if await Self.ends(launcher, within: grace + .seconds(2)) { return }
      // It writes down how the process ended before it ends itself.
      launcher.signalTree(SIGKILL, includingItself: false)
      if await Self.ends(launcher, within: .seconds(1)) { return }
      launcher.signalTree(SIGKILL)
      _ = await Self.ends(launcher, within: .seconds(5))
    } else if process.isRunning {
      process.signal(SIGTERM)
      if await !Self.ends(process, within: grace) { process.signalTree(SIGKILL) }
      _ = await Self.ends(process, within: .seconds(5))
    }
    // The session outlives its leader when the launcher was killed; what is left of it goes too.
    if !launcher.isRunning { ProcessTable.endSession(of: process) { ProcessOwner($0)?.owns(record) == true } }
  }

  private static func ends(_ identity: ProcessIdentity, within limit: Duration) async -> Bool {
    // Stopping must go on to its end although the task that asked for it was cancelled.
    await Task.detached {
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          try? await wait(for: identity)
          return !identity.isRunning
        }
        group.addTask {
          try? await StopDeadline.ofThisProcess.wait(atMost: limit, for: .process)
          return false
        }
        let first = await group.next() ?? false
        group.cancelAll()
        return first
      }
    }.value
  }

  private static func wait(for identity: ProcessIdentity) async throws {
    let descriptor = quench_pidfd_open(identity.pid)
    guard descriptor >= 0 else {
      // Systems without pidfd_open(2) have no event for a process that is not a child.
      while identity.isRunning { try await Task.sleep(for: .milliseconds(20)) }
      return
    }
    guard identity.isRunning else {
      close(descriptor)
      return
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
    let ended = AsyncStream<Void> { continuation in
      source.setEventHandler { continuation.finish() }
      source.setCancelHandler { close(descriptor) }
      continuation.onTermination = { _ in source.cancel() }
      source.resume()
    }
    for await _ in ended {}
    try Task.checkCancellation()
  }
}

extension Launcher {
  /// Starts a process that goes on when this one ends, or that ends with `lifeline`.
  ///
  /// When this returns, the process runs and `record` says which it is.
  ///
  /// - Throws: `ProcessError` when it cannot be started.
  public func start(
    _ launch: Launch, record: FilePath, log: FilePath, lifeline: Lifeline? = nil
  ) async throws -> LaunchedProcess {
    try? FileManager.default.removeItem(atPath: record.string + ".ended")
    let options =
      ["--detach", "--record", record.string, "--log", log.string] + (lifeline == nil ? [] : ["--lifeline"])
    let configuration = Configuration(
      executable: .path(executable), arguments: Arguments(launch.launcherArguments(options)),
      environment: environment(of: launch),
      workingDirectory: launch.workingDirectory, platformOptions: Self.platformOptions)
    // To its end although the task may be cancelled: a launcher that was cut off before it said which process it started
    // would leave one that nobody stops.
    let (status, complaint) = try await Task.detached {
      if let lifeline {
        try await begin(configuration, input: .fileDescriptor(lifeline.readingEnd, closeAfterSpawningProcess: false))
      } else {
        try await begin(configuration, input: .none)
      }
    }.value
    guard status.isSuccess else {
      throw ProcessError(
        .launchFailed,
        "cannot start `\(launch.arguments.last ?? "")` in \(launch.workingDirectory): \(complaint)")
    }
    return try LaunchedProcess(adopting: record)
  }

  /// Starts a process that goes on when this one ends, and that nobody asks about: this returns before it runs, and
  /// what goes wrong with it from then on is only in its log.
  ///
  /// - Throws: an error of Foundation's when no process can be started.
  public func startUnattended(_ launch: Launch, log: FilePath) throws {
    let process = Process()
    process.executableURL = URL(filePath: executable.string)
    process.arguments = launch.launcherArguments(["--detach", "--log", log.string])
    process.environment = variables(of: launch)
    process.currentDirectoryURL = URL(filePath: launch.workingDirectory.string)
    (process.standardInput, process.standardOutput, process.standardError) =
      (FileHandle.nullDevice, FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
  }

  private func begin(
    _ configuration: Configuration, input: some InputProtocol
  ) async throws(ProcessError) -> (TerminationStatus, String) {
    do {
      let result = try await Subprocess.run(
        configuration, input: input, output: .discarded, error: .string(limit: 4096))
      return (result.terminationStatus, result.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
    } catch {
      throw ProcessError(.launchFailed, "cannot run \(executable)", cause: error)
    }
  }
}
