import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchProcesses
import QuenchState
import SystemPackage

extension ProcessProvider {
  /// Starts the dependencies of a set as processes of this machine.
  public func startShared(
    id: String, digest: String, service: ServiceConfiguration, temperature: Temperature, denied: [FilePath],
    isKept: Bool
  ) async throws -> SharedDependencies? {
    if temperature == .cold { return try await startStanding(digest: digest, service: service, denied: denied) }
    let wanted = service.dependencies.filter { $0.scope == .set }
    guard !wanted.isEmpty else { return nil }
    let folder = InstanceFolder(path: state.instances.appending(id))
    do {
      try FileManager.default.createDirectory(
        atPath: folder.path.string, withIntermediateDirectories: true,
        attributes: [.posixPermissions: StateDirectory.mode])
    } catch {
      throw InstanceError(.folderUnwritable, "cannot make the folder \(folder.path)", cause: error)
    }
    var shared = SharedDependencies(
      folder: folder, owner: isKept ? nil : try ProcessOwner.current(in: state).text,
      temporary: try TemporaryDirectory.lasting().path, denied: state.protected + denied)
    do {
      try shared.write()
      guard let digest = ArtifactDigest(digest) else {
        throw InstanceError(.folderUnwritable, "\(digest) is not the digest of a build")
      }
      try await store.unpack(digest, into: folder.artifact)
      for dependency in wanted {
        let planned = try starter(for: shared).plan(
          dependency, in: folder.dependency(dependency.name), log: folder.log(of: dependency.name))
        shared.running.append(planned)
        try shared.write()
        try await starter(for: shared).begin(planned)
      }
      return shared
    } catch {
      _ = await removeShared(folder)
      throw error
    }
  }

  /// Starts those of the set's dependencies that have ended.
  public func resumeShared(_ folder: InstanceFolder) async throws {
    let shared = try SharedDependencies(in: folder)
    for dependency in shared.running { try await starter(for: shared).resume(dependency) }
  }

  /// Stops the set's dependencies.
  public func stopShared(_ folder: InstanceFolder) async {
    guard let shared = try? SharedDependencies(in: folder) else { return }
    for dependency in shared.running.reversed() { await dependency.process?.stop(grace: dependency.stop.grace) }
  }

  /// Stops the set's dependencies and removes their folder.
  @discardableResult public func removeShared(_ folder: InstanceFolder) async -> [any Error] {
    var failures: [any Error] = []
    if let shared = try? SharedDependencies(in: folder) {
      let starter = starter(for: shared)
      failures = await Task.detached {
        var failures: [any Error] = []
        for dependency in shared.running.reversed() { failures += await starter.stop(dependency) }
        TemporaryDirectory(existing: FilePath(shared.temporary)).remove()
        return failures
      }.value
    }
    keepLogs(in: folder)
    return failures
  }

  /// Removes what a killed command left in a folder.
  public func removeLeftover(_ folder: InstanceFolder, listed: Set<String>?) async {
    // Production's databases outlive the sets that use them, also when none does.
    guard !folder.isStanding else { return }
    func isOver(_ owner: String?) -> Bool {
      guard let owner else { return listed.map { !$0.contains(folder.name) } ?? false }
      return ProcessOwner(owner)?.isOver(in: state) ?? false
    }
    if let description = try? InstanceDescription(in: folder) {
      if isOver(description.owner) { _ = await remove(description.instance) }
    } else if let shared = try? SharedDependencies(in: folder) {
      if isOver(shared.owner) { _ = await removeShared(folder) }
    } else if let listed, !listed.contains(folder.name), folder.isOlder(than: .seconds(600)) {
      // Its maker was killed before it could say what it is; nothing was started in it yet. What a set lists is left
      // alone: it runs, and only what is written about it cannot be read.
      TreeRemoval.remove(folder.path)
    }
  }

  func starter(for shared: SharedDependencies) -> DependencyStarter {
    let temporary = FilePath(shared.temporary)
    return DependencyStarter(
      launcher: launcher, denied: shared.denied.map { FilePath($0) }, lifeline: shared.owner == nil ? nil : lifeline,
      environment: ProcessEnvironment.allowed(
        temporaryDirectory: temporary,
        adding: [ProcessTable.ownerVariable: shared.owner ?? ProcessOwner.kept(in: state).text]),
      temporary: temporary, workingDirectory: shared.folder.artifact,
      user: shared.folder.name, isStanding: shared.folder.isStanding)
  }
}

extension InstanceFolder {
  fileprivate func isOlder(than age: Duration) -> Bool {
    let made = (try? FileManager.default.attributesOfItem(atPath: path.string)[.modificationDate]) as? Date
    return made.map { $0.timeIntervalSinceNow < -Double(age.components.seconds) } ?? false
  }
}
