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
    // Something that is not of ours may take the port before the service asks for it; then another is tried.
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
    let port = try LoopbackPort.reserve()
    defer { withExtendedLifetime(port) {} }
    let instance = Instance(
      id: specification.id, temperature: specification.temperature, revision: specification.revision,
      digest: specification.digest, port: port.number, since: Date(),
      folder: InstanceFolder(path: state.instances.appending(specification.id)),
      shared: specification.shared?.folder)
    let temporary = try TemporaryDirectory.lasting()
    var description = InstanceDescription(
      instance: instance, temporary: temporary.path,
      owner: specification.isKept ? nil : try ProcessOwner.current(in: state).text, service: service,
      exports: specification.shared?.exports ?? [:], dependencies: [], denied: state.protected + specification.denied,
      coldData: specification.temperature == .cold ? ColdFiles(of: service.name, in: state).data : nil)
    let layout = layout(of: description)
    do {
      try layout.makeFolder()
      try description.write()
      try description.makeTemporaryFolders()
      try await layout.lay()
      let starter = starter(for: description)
      // Those of a cold instance are all shared.
      let own = service.dependencies.filter { $0.scope == .instance && specification.temperature == .hot }
      for dependency in own {
        let planned = try starter.plan(
          dependency, in: instance.folder.dependency(dependency.name), log: instance.folder.log(of: dependency.name))
        // Written down before it is made, so that whoever comes after a kill knows what there may be to undo.
        description.dependencies.append(planned)
        try description.write()
        try await starter.begin(planned)
      }
      let hooks = hooks(for: description, secrets: specification.secrets)
      try await prepare(description, hooks: hooks, layout: layout)
      try await run(description, hooks: hooks, onDelay: specification.onDelay)
      description.instance.since = Date()
      try description.write()
      return description.instance
    } catch {
      let failures = await undo(description, secrets: specification.secrets)
      keepLogs(in: instance.folder)
      throw (error as? InstanceError)?.adding(leftBehind: failures) ?? error
    }
  }

  /// Runs the service's `prepare`, and keeps what a reset goes back to; cold instances are never reset.
  private func prepare(_ description: InstanceDescription, hooks: ServiceHooks, layout: InstanceLayout) async throws {
    let service = description.service
    guard description.instance.temperature == .cold else {
      if let prepare = service.prepare { try await hooks.run(prepare, named: "prepare") }
      try await layout.keep()
      if let snapshot = service.dataSnapshot { try await hooks.run(snapshot, named: "data-snapshot") }
      return
    }
    guard let prepare = service.prepare else { return }
    // They share their data, which no two migrations are to change at a time.
    let name = "cold-prepare-\(StateDirectory.fileName(of: service.name))"
    let lock = try await state.lock(name).acquire(reason: "preparing \(description.instance.id)")
    defer { withExtendedLifetime(lock) {} }
    try await hooks.run(prepare, named: "prepare")
  }

  /// Starts the service's process and waits until it is healthy.
  private func run(
    _ description: InstanceDescription, hooks: ServiceHooks, onDelay: (@Sendable (StartDelay) -> Void)? = nil
  ) async throws {
    let instance = description.instance, service = description.service
    try? FileManager.default.removeItem(atPath: instance.folder.stopped.string)
    var launch = Launch.service(
      service.run, environment: hooks.environment, workingDirectory: instance.folder.artifact,
      confinement: hooks.confinement, stopSignal: service.stop.signal.number, grace: service.stop.grace)
    launch.confinement?.writable.append(Confinement.sharedMemory)
    launch.secretNames = hooks.secretNames
    // A kept hot instance of which nobody knows any more is no use to anybody; production is.
    if instance.temperature == .hot { launch.endsWith = state.instances }
    let process = try await launcher.start(
      launch, record: instance.folder.processRecord, log: instance.folder.log,
      lifeline: description.owner == nil ? nil : lifeline)
    do {
      try await StartWatch(
        instance: instance, process: process, health: service.health, probe: probe(service.health, hooks: hooks),
        onDelay: onDelay
      ).waitUntilHealthy()
    } catch {
      await process.stop(grace: service.stop.grace)
      throw error
    }
  }

  /// Reads what stands in the instance's folder.
  public func service(of instance: Instance) throws(InstanceError) -> ServiceConfiguration {
    try InstanceDescription(in: instance.folder).service
  }

  /// Reads what stands in the instance's folder.
  public func specification(like instance: Instance, id: String) throws(InstanceError) -> InstanceSpecification {
    let description = try InstanceDescription(in: instance.folder)
    return InstanceSpecification(
      id: id, temperature: instance.temperature, revision: instance.revision, digest: instance.digest,
      service: description.service, secrets: try ServiceSecrets.values(of: description.service),
      shared: try description.instance.shared.map { folder throws(InstanceError) in try SharedDependencies(in: folder)
      },
      denied: description.denied.map { FilePath($0) }, isKept: description.owner == nil)
  }

  /// Compares what stands in the instance's folder.
  public func runs(_ instance: Instance, as service: ServiceConfiguration) -> Bool {
    (try? InstanceDescription(in: instance.folder))?.service == service
  }

  /// Stops the instance's process and those of its own dependencies.
  public func stop(_ instance: Instance) async {
    guard let description = try? InstanceDescription(in: instance.folder) else { return }
    _ = FileManager.default.createFile(atPath: instance.folder.stopped.string, contents: nil)
    await stopService(description)
    for dependency in description.dependencies.reversed() {
      await dependency.process?.stop(grace: dependency.stop.grace)
    }
  }

  /// Starts the process again with the artifact's own files and the data it has.
  public func resume(_ instance: Instance) async throws {
    let description = try InstanceDescription(in: instance.folder)
    let port = LoopbackPort.reserve(instance.port)
    defer { withExtendedLifetime(port) {} }
    try description.makeTemporaryFolders()
    let layout = layout(of: description)
    try await layout.prepareNext()
    await stopService(description)
    try layout.exchange(keepingData: true)
    let starter = starter(for: description)
    for dependency in description.dependencies { try await starter.resume(dependency) }
    try await run(
      description, hooks: hooks(for: description, secrets: try ServiceSecrets.values(of: description.service)))
  }

  /// Restarts the process with the files and the data it first had.
  public func reset(_ instance: Instance) async throws {
    let description = try InstanceDescription(in: instance.folder)
    let hooks = hooks(for: description, secrets: try ServiceSecrets.values(of: description.service))
    let port = LoopbackPort.reserve(instance.port)
    defer { withExtendedLifetime(port) {} }
    let layout = layout(of: description)
    async let files: Void = layout.prepareNext()
    await stopService(description)
    try await files
    try layout.exchange(keepingData: false)
    try description.makeTemporaryFolders()
    let starter = starter(for: description)
    for dependency in description.dependencies { try await starter.reset(dependency) }
    if let restore = description.service.dataRestore { try await hooks.run(restore, named: "data-restore") }
    try await run(description, hooks: hooks)
  }

  /// Stops the process, cleans up, and removes the folder.
  @discardableResult public func remove(_ instance: Instance) async -> [any Error] {
    var failures: [any Error] = []
    if let description = try? InstanceDescription(in: instance.folder) {
      failures = await undo(description, secrets: (try? ServiceSecrets.values(of: description.service)) ?? [:])
    }
    keepLogs(in: instance.folder)
    return failures
  }

  /// Asks the process how it is.
  public func health(of instance: Instance) async -> InstanceHealth {
    guard let description = try? InstanceDescription(in: instance.folder),
      let process = try? LaunchedProcess(adopting: instance.folder.processRecord)
    else { return .ended(nil, lastLines: []) }
    guard process.isRunning else {
      if FileManager.default.fileExists(atPath: instance.folder.stopped.string) { return .stopped }
      return .ended(process.ending, lastLines: LogTail.telling(of: instance.folder.log, count: 8))
    }
    let hooks = hooks(for: description, secrets: (try? ServiceSecrets.values(of: description.service)) ?? [:])
    do {
      try await probe(description.service.health, hooks: hooks)
        .check(port: instance.port, timeout: description.service.health.timeout)
    } catch {
      return .unhealthy(reason: "\(error)")
    }
    let owner = ListeningSocket.owner(ofPort: instance.port, comparedTo: process)
    return owner.fault(ofPort: instance.port).map { .unhealthy(reason: $0) } ?? .healthy
  }

  /// Waits until the process ends.
  public func waitUntilEnded(_ instance: Instance) async throws {
    try await LaunchedProcess(adopting: instance.folder.processRecord).waitUntilProcessEnded()
  }

  private func stopService(_ description: InstanceDescription) async {
    if let process = try? LaunchedProcess(adopting: description.instance.folder.processRecord) {
      await process.stop(grace: description.service.stop.grace)
    }
  }

  /// Stops the service, then cleans up after it and what it depended on, in the reverse order of their start.
  ///
  /// - Returns: what could not be cleaned up.
  private func undo(_ description: InstanceDescription, secrets: [String: String]) async -> [any Error] {
    let hooks = hooks(for: description, secrets: secrets)
    await stopService(description)
    let starter = starter(for: description)
    let temporary = TemporaryDirectory(existing: FilePath(description.temporary))
    // The rest must be done although the task may be cancelled by now.
    return await Task.detached {
      var failures: [any Error] = []
      // What a cold instance used stays for those that come after it.
      if description.instance.temperature == .hot, let cleanup = description.service.cleanup {
        do { try await hooks.run(cleanup, named: "cleanup") } catch { failures.append(error) }
      }
      for dependency in description.dependencies.reversed() { failures += await starter.stop(dependency) }
      temporary.remove()
      return failures
    }.value
  }
}
