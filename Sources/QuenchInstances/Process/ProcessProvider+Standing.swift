import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchProcesses
import QuenchState
import SystemPackage

extension ProcessProvider {
  /// Starts what the cold instances of a service depend on, or takes up what runs already.
  ///
  /// Production's databases outlive its sets: they are shared by all, are used where they are, and are never emptied,
  /// dropped or put back. A dependency is prepared once, when it is new.
  ///
  /// - Throws: `InstanceError`, a build store's error, or `CancellationError`.
  func startStanding(
    digest: String, service: ServiceConfiguration, denied: [FilePath]
  ) async throws -> SharedDependencies? {
    guard !service.dependencies.isEmpty else { return nil }
    let folder = InstanceFolder.standing(of: service.name, in: state)
    let lock = try await state.lock(folder.name).acquire(reason: "starting the dependencies of \(service.name)")
    defer { withExtendedLifetime(lock) {} }
    let files = ColdFiles(of: service.name, in: state).dependencies
    var shared = try await standing(folder, files: files, digest: digest, denied: denied)
    for dependency in service.dependencies {
      let starter = starter(for: shared)
      let known = shared.running.first { $0.configuration.name == dependency.name }
      if let known, known.isBegun == true {
        try await starter.resume(known)
        continue
      }
      await known?.process?.stop(grace: dependency.stop?.grace ?? StopConfiguration().grace)
      shared.running.removeAll { $0.configuration.name == dependency.name }
      var planned = try starter.plan(
        dependency.standing, in: files.appending(dependency.name),
        log: folder.log(of: dependency.name))
      planned.isBegun = false
      // Written down before it is made, so that whoever comes after a kill knows what there may be to stop.
      shared.running.append(planned)
      try shared.write()
      try await starter.begin(planned)
      shared.running[shared.running.count - 1].isBegun = true
      try shared.write()
    }
    return shared
  }

  private func standing(
    _ folder: InstanceFolder, files: FilePath, digest: String, denied: [FilePath]
  ) async throws -> SharedDependencies {
    if let known = try? SharedDependencies(in: folder) { return known }
    do {
      TreeRemoval.remove(folder.path)
      for path in [folder.path, folder.dependencies, files] {
        try FileManager.default.createDirectory(
          atPath: path.string, withIntermediateDirectories: true,
          attributes: [.posixPermissions: path == files ? 0o700 : StateDirectory.mode])
      }
    } catch {
      throw InstanceError(.folderUnwritable, "cannot make the folder \(folder.path)", cause: error)
    }
    guard let digest = ArtifactDigest(digest) else {
      throw InstanceError(.folderUnwritable, "\(digest) is not the digest of a build")
    }
    try await store.unpack(digest, into: folder.artifact)
    let shared = SharedDependencies(
      folder: folder, owner: nil, temporary: try TemporaryDirectory.lasting().path, denied: state.protected + denied)
    try shared.write()
    return shared
  }
}

extension DependencyConfiguration {
  /// The same without what would undo it.
  fileprivate var standing: DependencyConfiguration {
    var standing = self
    standing.reset = nil
    standing.cleanup = nil
    return standing
  }
}
