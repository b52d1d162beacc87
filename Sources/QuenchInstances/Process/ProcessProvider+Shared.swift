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
