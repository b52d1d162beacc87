import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchProcesses
import QuenchState
import SystemPackage

/// Instances as processes of this machine.
public struct ProcessProvider: InstanceProvider {
  let state: StateDirectory
  let store: BuildStore
  let launcher: Launcher
  let lifeline: Lifeline

  /// Makes a provider whose instances take their artifacts from `store` and live in `state`.
  public init(state: StateDirectory, store: BuildStore, launcher: Launcher, lifeline: Lifeline) {
    self.state = state
    self.store = store
    self.launcher = launcher
    self.lifeline = lifeline
  }

  /// The provider's name in `quench.yml`.
  public var name: String { "process" }

  /// How its processes are kept from the rest of the machine.
  public var isolation: String { Confinement.description }

  /// Makes and starts an instance as a process of this machine.
  public func start(_ specification: InstanceSpecification) async throws -> Instance {
    // A port that was free a moment ago may be gone when the service asks for it; then another is tried.
    for _ in 1..<3 {
      do {
        return try await startOnce(specification)
      } catch let error as InstanceError where error.code == .portTaken {
        continue
      }
    }
    return try await startOnce(specification)
  }

  private func startOnce(_ specification: InstanceSpecification) async throws -> Instance {
    let service = specification.service
    let instance = Instance(
      id: specification.id, temperature: specification.temperature, revision: specification.revision,
      digest: specification.digest, port: try LoopbackPort.free(), since: Date(),
      folder: InstanceFolder(path: state.instances.appending(specification.id)),
      shared: specification.shared?.folder)
    let temporary = try TemporaryDirectory()
    var description = InstanceDescription(
      instance: instance, temporary: temporary.path,
      owner: specification.isKept ? nil : owner(isKept: false).text, service: service,
      exports: specification.shared?.exports ?? [:], dependencies: [], denied: state.protected + specification.denied)
    do {
      try await lay(instance, service: service)
      try description.write()
      let starter = starter(for: description)
      for dependency in service.dependencies where dependency.scope == .instance {
        let running = try await starter.start(
          dependency, in: instance.folder.dependency(dependency.name), log: instance.folder.log(of: dependency.name))
        description.dependencies.append(running)
        try description.write()
      }
      let hooks = hooks(for: description, secrets: specification.secrets)
      if let prepare = service.prepare { try await hooks.run(prepare, named: "prepare") }
      try await DataBaseline(folder: instance.folder, service: service, hooks: hooks).keep()
      try await run(description, hooks: hooks)
      var healthy = instance
      healthy.since = Date()
      description.instance = healthy
      try description.write()
      return healthy
    } catch {
      await undo(description, secrets: specification.secrets)
      keepLog(of: instance)
      throw error
    }
  }

  /// Makes the instance's folder with the artifact and an empty data folder in it.
  private func lay(_ instance: Instance, service: ServiceConfiguration) async throws {
    let files = FileManager.default
    let folder = instance.folder
    do {
      try? files.removeItem(atPath: folder.path.string)
      try files.createDirectory(
        atPath: folder.path.string, withIntermediateDirectories: true,
        attributes: [.posixPermissions: StateDirectory.mode])
      try files.createDirectory(atPath: folder.snapshot.string, withIntermediateDirectories: false)
    } catch {
      throw InstanceError(.folderUnwritable, "cannot make the instance folder \(folder.path)", cause: error)
    }
    try await unpack(instance.digest, into: folder.artifact)
    do {
      // A revision may bring a link in the data folder's place, which would lead Quench's own copies elsewhere.
      if service.data != nil {
        try DirectoryCopy.removeLinks(from: folder.artifact, to: folder.data(named: service.data))
      }
      try files.createDirectory(atPath: folder.data(named: service.data).string, withIntermediateDirectories: true)
      if service.data != nil, symlink(folder.data(named: service.data).string, folder.data(named: nil).string) != 0 {
        throw Errno(rawValue: errno)
      }
    } catch {
      throw InstanceError(.folderUnwritable, "cannot make the data folder in \(folder.path)", cause: error)
    }
  }

  func unpack(_ digest: String, into folder: FilePath) async throws {
    guard let digest = ArtifactDigest(digest) else {
      throw InstanceError(.folderUnwritable, "\(digest) is not the digest of a build")
    }
    try await store.unpack(digest, into: folder)
  }

  /// Starts the service's process and waits until it is healthy.
  private func run(_ description: InstanceDescription, hooks: ServiceHooks) async throws {
    let instance = description.instance, service = description.service
    var launch = Launch.service(
      service.run, environment: hooks.environment, workingDirectory: instance.folder.artifact,
      confinement: hooks.confinement, stopSignal: service.stop.signal.number, grace: service.stop.grace)
    launch.secretNames = hooks.secretNames
    let process = try await launcher.start(
      launch, record: instance.folder.processRecord, log: instance.folder.log,
      lifeline: description.owner == nil ? nil : lifeline)
    do {
      try await StartWatch(
        instance: instance, process: process, health: service.health, probe: probe(service.health, hooks: hooks)
      ).waitUntilHealthy()
    } catch {
      await process.stop(grace: service.stop.grace)
      throw error
    }
  }

  /// Stops the instance's process and those of its own dependencies.
  public func stop(_ instance: Instance) async {
    guard let description = try? InstanceDescription(in: instance.folder) else { return }
    await stopService(description)
    for dependency in description.dependencies.reversed() {
      await dependency.process?.stop(grace: dependency.stop.grace)
    }
  }

  /// Starts the process again with the data it has.
  public func resume(_ instance: Instance) async throws {
    var description = try InstanceDescription(in: instance.folder)
    try FileManager.default.createDirectory(atPath: description.temporary, withIntermediateDirectories: true)
    for index in description.dependencies.indices {
      description.dependencies[index] = try await starter(for: description).resume(description.dependencies[index])
    }
    try description.write()
    try await run(
      description, hooks: hooks(for: description, secrets: try ServiceSecrets.values(of: description.service)))
  }

  /// Stops the process, cleans up, and removes the folder.
  public func remove(_ instance: Instance) async {
    if let description = try? InstanceDescription(in: instance.folder) {
      await undo(description, secrets: (try? ServiceSecrets.values(of: description.service)) ?? [:])
    }
    keepLog(of: instance)
  }

  private func stopService(_ description: InstanceDescription) async {
    if let process = try? LaunchedProcess(adopting: description.instance.folder.processRecord) {
      await process.stop(grace: description.service.stop.grace)
    }
  }

  /// Stops the service, then cleans up after it and what it depended on, in the reverse order of their start.
  private func undo(_ description: InstanceDescription, secrets: [String: String]) async {
    let hooks = hooks(for: description, secrets: secrets)
    await stopService(description)
    let starter = starter(for: description)
    let temporary = TemporaryDirectory(existing: FilePath(description.temporary))
    // The rest must be done although the task may be cancelled by now.
    await Task.detached {
      if let cleanup = description.service.cleanup { try? await hooks.run(cleanup, named: "cleanup") }
      for dependency in description.dependencies.reversed() { await starter.stop(dependency) }
      temporary.remove()
    }.value
  }

  /// Keeps what the service, its hooks and its dependencies printed, and removes the rest of the folder.
  private func keepLog(of instance: Instance) {
    let files = FileManager.default
    let kept = state.logs(ofInstance: instance.id)
    try? files.createDirectory(
      atPath: kept.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for name in (try? files.contentsOfDirectory(atPath: instance.folder.path.string)) ?? []
    where name == "log" || name.hasSuffix(".log") {
      let target = kept.appending(name == "log" ? "service.log" : name).string
      try? files.removeItem(atPath: target)
      try? files.moveItem(atPath: instance.folder.path.appending(name).string, toPath: target)
    }
    try? files.removeItem(atPath: instance.folder.path.string)
  }

  /// Restarts the process with the data it first had.
  public func reset(_ instance: Instance) async throws {
    let description = try InstanceDescription(in: instance.folder)
    let secrets = try ServiceSecrets.values(of: description.service)
    let hooks = hooks(for: description, secrets: secrets)
    await stopService(description)
    try await DataBaseline(folder: instance.folder, service: description.service, hooks: hooks).restore()
    let starter = starter(for: description)
    for dependency in description.dependencies { try await starter.reset(dependency) }
    try await run(description, hooks: hooks)
  }

  /// Asks the process how it is.
  public func health(of instance: Instance) async -> InstanceHealth {
    guard let description = try? InstanceDescription(in: instance.folder),
      let process = try? LaunchedProcess(adopting: instance.folder.processRecord)
    else { return .ended(nil, lastLines: []) }
    guard process.isRunning else {
      return .ended(process.ending, lastLines: LogTail.lines(of: instance.folder.log, count: 8))
    }
    let hooks = hooks(for: description, secrets: (try? ServiceSecrets.values(of: description.service)) ?? [:])
    do {
      try await probe(description.service.health, hooks: hooks)
        .check(port: instance.port, timeout: description.service.health.timeout)
    } catch {
      return .unhealthy(reason: "\(error)")
    }
    return ListeningSocket.owner(ofPort: instance.port, comparedTo: process) == .another
      ? .unhealthy(reason: "port \(instance.port) is served by another process") : .healthy
  }

  /// Waits until the process ends.
  public func waitUntilEnded(_ instance: Instance) async throws {
    try await LaunchedProcess(adopting: instance.folder.processRecord).waitUntilProcessEnded()
  }

  func owner(isKept: Bool) -> ProcessOwner {
    ProcessOwner(state: state.root, quench: isKept ? nil : .current)
  }

  private func hooks(for description: InstanceDescription, secrets: [String: String]) -> ServiceHooks {
    let folder = description.instance.folder
    let exports = description.dependencies.reduce(into: description.exports) { $0.merge($1.exports) { $1 } }
    let temporary = FilePath(description.temporary)
    return ServiceHooks(
      launcher: launcher, instance: description.instance,
      environment: ServiceEnvironment.variables(
        of: description.instance, service: description.service, exports: exports, secrets: secrets,
        temporary: temporary, owner: description.owner ?? owner(isKept: true).text),
      confinement: Confinement(
        // The data folder is inside the artifact's; named by itself it could have become a link to elsewhere.
        writable: [folder.artifact, folder.snapshot, temporary]
          + ProcessEnvironment.packageCaches,
        denied: description.denied.map { FilePath($0) }),
      secretNames: description.service.secrets)
  }

  private func starter(for description: InstanceDescription) -> DependencyStarter {
    DependencyStarter(
      launcher: launcher, denied: description.denied.map { FilePath($0) },
      lifeline: description.owner == nil ? nil : lifeline,
      environment: ProcessEnvironment.allowed(
        temporaryDirectory: FilePath(description.temporary),
        adding: [
          "QUENCH_INSTANCE_ID": description.instance.id, "QUENCH_REVISION": description.instance.revision,
          ProcessTable.ownerVariable: description.owner ?? owner(isKept: true).text,
        ]),
      temporary: FilePath(description.temporary), workingDirectory: description.instance.folder.artifact,
      user: description.instance.id)
  }

  private func probe(_ health: HealthConfiguration, hooks: ServiceHooks) -> any HealthProbe {
    switch health.probe {
    case .http(let path): HTTPProbe(path: path)
    case .tcp: TCPProbe()
    case .grpc(let service): GRPCProbe(service: service ?? "")
    case .command(let command):
      CommandProbe(launcher: launcher, launch: hooks.launch(command), log: hooks.instance.folder.log(of: "health"))
    }
  }
}
