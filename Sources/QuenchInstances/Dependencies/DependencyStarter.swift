import Foundation
import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// Has the databases, caches and queues a service needs up before it starts.
struct DependencyStarter: Sendable {
  var launcher: Launcher
  var denied: [FilePath]
  var lifeline: Lifeline?
  /// What every dependency's commands get besides their own variables.
  var environment: [String: String]
  var temporary: FilePath

  /// Starts one dependency, waits until it is ready, and prepares it.
  ///
  /// - Throws: `InstanceError` with code `dependency-failed`, naming the dependency and the last lines it printed;
  ///   `CancellationError`. What was started is stopped again.
  func start(_ configuration: DependencyConfiguration, in folder: FilePath, log: FilePath) async throws
    -> RunningDependency
  {
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    var variables = environment
    variables["QUENCH_DEPENDENCY_DIR"] = folder.string
    variables["TMPDIR"] = temporary.string
    var record: FilePath?
    switch configuration.source {
    case .use(variable: let name):
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        throw InstanceError(
          .dependencyFailed, "dependency \(configuration.name) uses \(name), which is not set here",
          remedy: "\(name)=… quench …")
      }
      variables[name] = value
    case .command(let command):
      variables["PORT"] = "\(try LoopbackPort.free())"
      record = folder.removingLastComponent().appending("\(configuration.name).process.json")
      try await launch(command, of: configuration, environment: variables, in: folder, record: record, log: log)
    }
    // Exports may speak of each other's sources but not of each other, so one pass is enough.
    let exports = configuration.exports.mapValues { ServiceEnvironment.expand($0, with: variables) }
    let running = RunningDependency(
      configuration: configuration, processRecord: record?.string, environment: variables.merging(exports) { $1 },
      folder: folder.string, log: log.string, exports: exports)
    do {
      try await waitUntilReady(running)
      if let prepare = configuration.prepare { try await run(prepare, "prepare", of: running) }
    } catch {
      await stop(running)
      throw error
    }
    return running
  }

  /// Starts a dependency's process again after it was stopped, on the same port and with what is in its folder.
  ///
  /// - Throws: as ``start(_:in:log:)``.
  func resume(_ dependency: RunningDependency) async throws -> RunningDependency {
    guard case .command(let command) = dependency.configuration.source, dependency.process?.isRunning != true else {
      return dependency
    }
    try FileManager.default.createDirectory(atPath: temporary.string, withIntermediateDirectories: true)
    try await launch(
      command, of: dependency.configuration, environment: dependency.environment, in: FilePath(dependency.folder),
      record: dependency.processRecord.map { FilePath($0) }, log: FilePath(dependency.log))
    try await waitUntilReady(dependency)
    return dependency
  }

  private func launch(
    _ command: String, of configuration: DependencyConfiguration, environment: [String: String], in folder: FilePath,
    record: FilePath?, log: FilePath
  ) async throws {
    guard let record else { return }
    let stop = configuration.stop ?? StopConfiguration()
    _ = try await launcher.start(
      .service(
        command, environment: environment, workingDirectory: folder, confinement: confinement(folder),
        stopSignal: stop.signal.number, grace: stop.grace),
      record: record, log: log, lifeline: lifeline)
  }

  /// Puts a dependency's content back to what it was after `prepare`, by its `reset` command.
  func reset(_ dependency: RunningDependency) async throws {
    if let reset = dependency.configuration.reset { try await run(reset, "reset", of: dependency) }
  }

  /// Runs the dependency's `cleanup` and stops its process.
  func stop(_ dependency: RunningDependency) async {
    if let cleanup = dependency.configuration.cleanup { try? await run(cleanup, "cleanup", of: dependency) }
    await dependency.process?.stop(grace: .seconds(10))
  }

  private func waitUntilReady(_ dependency: RunningDependency) async throws {
    guard let ready = dependency.configuration.ready else { return }
    let log = FilePath(dependency.log)
    let process = dependency.process
    let name = dependency.configuration.name
    let clock = ContinuousClock()
    let limit = ready.timeout ?? .seconds(60)
    let deadline = clock.now + limit
    while true {
      if let process, !process.isRunning {
        throw InstanceError(
          .dependencyFailed,
          "dependency \(name) ended\(process.ending.map { " with \($0)" } ?? "") before it was ready\(Self.tail(log))",
          remedy: "less \(log)")
      }
      let outcome = try await launcher.run(
        launch(ready.command, of: dependency), log: log, timeout: min(limit, .seconds(10)))
      if outcome.isSuccess { return }
      guard clock.now < deadline else {
        throw InstanceError(
          .dependencyFailed,
          "dependency \(name) was not ready within \(limit): its ready command ended with \(outcome.ending)\(Self.tail(log))",
          remedy: "less \(log)")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private func run(_ command: CommandConfiguration, _ what: String, of dependency: RunningDependency) async throws {
    let log = FilePath(dependency.log)
    let outcome = try await launcher.run(
      launch(command.command, of: dependency), log: log, timeout: command.timeout ?? .seconds(300))
    guard outcome.isSuccess else {
      throw InstanceError(
        .dependencyFailed,
        "the \(what) command of dependency \(dependency.configuration.name) "
          + (outcome.timedOut ? "ran out of time" : "ended with \(outcome.ending)") + Self.tail(log),
        remedy: "less \(log)")
    }
  }

  private func launch(_ command: String, of dependency: RunningDependency) -> Launch {
    .shell(
      command, environment: dependency.environment, workingDirectory: FilePath(dependency.folder),
      confinement: confinement(FilePath(dependency.folder)), grace: .seconds(2))
  }

  private func confinement(_ folder: FilePath) -> Confinement {
    Confinement(writable: [folder, temporary] + ProcessEnvironment.packageCaches, denied: denied)
  }

  static func tail(_ log: FilePath) -> String {
    let lines = LogTail.lines(of: log, count: 8)
    return lines.isEmpty ? "" : ":\n" + lines.map { "  | \($0)" }.joined(separator: "\n")
  }
}
