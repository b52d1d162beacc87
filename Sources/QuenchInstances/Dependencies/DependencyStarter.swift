import Foundation
import QuenchConfiguration
import QuenchProcesses
import QuenchState
import SystemPackage

/// Has the databases, caches and queues a service needs up before it starts.
struct DependencyStarter: Sendable {
  var launcher: Launcher
  var denied: [FilePath]
  var lifeline: Lifeline?
  /// What every dependency's commands get besides their own variables.
  var environment: [String: String]
  var temporary: FilePath
  /// Where the commands run: in the artifact, whose scripts they may use.
  var workingDirectory: FilePath
  /// The name of the instance, or of the set, that it is for.
  var user: String
  /// Whether what it starts is production's, whose content is never made anew.
  var isStanding = false

  /// Says what a dependency will be, without making anything of it.
  ///
  /// - Throws: `InstanceError` with code `dependency-failed` when it uses a variable that is not set, or `port-taken`.
  func plan(_ configuration: DependencyConfiguration, in folder: FilePath, log: FilePath) throws(InstanceError)
    -> RunningDependency
  {
    var variables = environment
    variables["QUENCH_DEPENDENCY_DIR"] = folder.string
    var running = RunningDependency(
      configuration: configuration, environment: variables, folder: folder.string,
      workingDirectory: workingDirectory.string, log: log.string, exports: [:])
    switch configuration.source {
    case .use(variable: let name):
      guard let address = ProcessInfo.processInfo.environment[name], !address.isEmpty else {
        throw InstanceError(
          .dependencyFailed, "dependency \(configuration.name) uses \(name), which is not set here",
          remedy: "\(name)=… quench …")
      }
      running.database = isStanding ? nil : FreshDatabase(name: FreshDatabase.name(for: user), onServerAt: address)
      variables[name] = running.database?.url ?? address
      running.exports[name] = variables[name]
    case .command:
      variables["PORT"] = "\(try LoopbackPort.reserve().number)"
      running.processRecord = folder.removingLastComponent().appending("\(configuration.name).process.json").string
    }
    // Exports may speak of the dependency's own variables but not of each other, so one pass is enough.
    running.exports.merge(configuration.exports.mapValues { ServiceEnvironment.expand($0, with: variables) }) { $1 }
    running.environment = variables.merging(running.exports) { $1 }
    return running
  }

  /// Starts a dependency's process again after it was stopped, on the same port and with what is in its folder.
  ///
  /// - Throws: as ``begin(_:)``.
  func resume(_ dependency: RunningDependency) async throws {
    guard dependency.processRecord != nil, dependency.process?.isRunning != true else { return }
    try await launch(dependency)
    try await waitUntilReady(dependency)
  }

  /// Puts a dependency's content back to what it was after `prepare`: by its `reset` command, or by making it anew.
  ///
  /// - Throws: as ``begin(_:)``.
  func reset(_ dependency: RunningDependency) async throws {
    if let reset = dependency.configuration.reset {
      return try await run(reset, "reset", of: dependency)
    }
    await dependency.process?.stop(grace: dependency.stop.grace)
    if let database = dependency.database { try await run(database.drop, with: database, of: dependency) }
    try await begin(dependency)
  }

  /// Runs the dependency's `cleanup`, drops its database, and stops its process, also for a task that was cancelled.
  ///
  /// - Returns: what could not be cleaned up.
  func stop(_ dependency: RunningDependency) async -> [any Error] {
    await Task.detached {
      var failures: [any Error] = []
      if let cleanup = dependency.configuration.cleanup {
        do { try await run(cleanup, "cleanup", of: dependency) } catch { failures.append(error) }
      }
      if let database = dependency.database {
        do { try await run(database.drop, with: database, of: dependency) } catch { failures.append(error) }
      }
      await dependency.process?.stop(grace: dependency.stop.grace)
      return failures
    }.value
  }

  /// Has a dependency as if it were new: an empty folder or database, its process, `ready` and `prepare`.
  ///
  /// - Throws: `InstanceError` with code `dependency-failed`, naming the dependency and the last lines it printed;
  ///   `CancellationError`.
  func begin(_ dependency: RunningDependency) async throws {
    let port = dependency.environment["PORT"].flatMap { Int($0) }.flatMap { LoopbackPort.reserve($0) }
    defer { withExtendedLifetime(port) {} }
    do {
      let folder = FilePath(dependency.folder)
      if !isStanding, !TreeRemoval.remove(folder), FileManager.default.fileExists(atPath: folder.string) {
        throw Errno.permissionDenied
      }
      try FileManager.default.createDirectory(atPath: dependency.folder, withIntermediateDirectories: true)
    } catch {
      throw InstanceError(.folderUnwritable, "cannot make the folder \(dependency.folder)", cause: error)
    }
    if dependency.processRecord != nil { try await launch(dependency) }
    if let database = dependency.database { try await run(database.create, with: database, of: dependency) }
    try await waitUntilReady(dependency)
    if let prepare = dependency.configuration.prepare { try await run(prepare, "prepare", of: dependency) }
  }

  private func launch(_ dependency: RunningDependency) async throws {
    guard case .command(let command) = dependency.configuration.source, let record = dependency.processRecord else {
      return
    }
    var launch = Launch.service(
      command, environment: dependency.environment, workingDirectory: FilePath(dependency.workingDirectory),
      confinement: confinement(dependency), stopSignal: dependency.stop.signal.number, grace: dependency.stop.grace)
    launch.secretNames = ServiceEnvironment.secretNames(in: launch.environment)
    _ = try await launcher.start(launch, record: FilePath(record), log: FilePath(dependency.log), lifeline: lifeline)
  }

  private func waitUntilReady(_ dependency: RunningDependency) async throws {
    guard let ready = dependency.configuration.ready else { return }
    let process = dependency.process
    let name = dependency.configuration.name
    let clock = ContinuousClock()
    let limit = ready.timeout ?? .seconds(60)
    let deadline = clock.now + limit
    var pause = Duration.milliseconds(20)
    while true {
      if let process, !process.isRunning {
        throw failure(
          "dependency \(name) ended\(process.ending.map { " with \($0)" } ?? "") before it was ready", dependency)
      }
      let outcome = try await launcher.run(
        launch(ready.command, of: dependency), log: FilePath(dependency.log), timeout: min(limit, .seconds(10)))
      if outcome.isSuccess { return }
      guard clock.now < deadline else {
        throw failure(
          "dependency \(name) was not ready within \(limit): its ready command ended with \(outcome.ending)", dependency
        )
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(250))
    }
  }

  private func run(_ command: CommandConfiguration, _ what: String, of dependency: RunningDependency) async throws {
    let outcome = try await launcher.run(
      launch(command.command, of: dependency), log: FilePath(dependency.log), timeout: command.timeout ?? .seconds(300))
    guard outcome.isSuccess else {
      throw failure(
        "the \(what) command of dependency \(dependency.configuration.name) "
          + (outcome.timedOut ? "ran out of time" : "ended with \(outcome.ending)"), dependency)
    }
  }

  private func run(_ command: String, with database: FreshDatabase, of dependency: RunningDependency) async throws {
    let launch = launch(command, of: dependency, adding: database.variables)
    let outcome = try await launcher.run(launch, log: FilePath(dependency.log), timeout: .seconds(60))
    guard outcome.isSuccess else {
      throw failure(
        "the client of dependency \(dependency.configuration.name)'s database ended with \(outcome.ending)", dependency)
    }
  }

  private func launch(_ command: String, of dependency: RunningDependency, adding variables: [String: String] = [:])
    -> Launch
  {
    var launch = Launch.shell(
      command, environment: dependency.environment.merging(variables) { $1 },
      workingDirectory: FilePath(dependency.workingDirectory), confinement: confinement(dependency), grace: .seconds(2))
    launch.secretNames = ServiceEnvironment.secretNames(in: launch.environment)
    return launch
  }

  private func confinement(_ dependency: RunningDependency) -> Confinement {
    Confinement(
      writable: [FilePath(dependency.folder), temporary, Confinement.sharedMemory],
      readable: [FilePath(dependency.workingDirectory), FilePath(dependency.folder).removingLastComponent()],
      denied: denied)
  }

  private func failure(_ what: String, _ dependency: RunningDependency) -> InstanceError {
    InstanceError(
      .dependencyFailed, what + LogTail.quoted(from: FilePath(dependency.log)), remedy: "less \(dependency.log)")
  }
}

extension RunningDependency {
  /// How its process is asked to end.
  var stop: StopConfiguration { configuration.stop ?? StopConfiguration() }
}
