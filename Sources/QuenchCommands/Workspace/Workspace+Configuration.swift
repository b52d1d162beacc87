import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchGit
import SystemPackage

extension Workspace {
  /// The configuration for a revision: `service` as the revision has it, everything else as this host does.
  ///
  /// The host's file is read anew each time, uncommitted edits included.
  ///
  /// - Throws: `ConfigurationError`; `WorkspaceError` in a bare repository without `--config`, which has no suites;
  ///   `GitError` when the revision's file cannot be read.
  func configuration(for revision: Revision) async throws -> Configuration {
    guard let host = try hostFile() else { throw WorkspaceError(needing: "suites") }
    guard let committed = try await committedService(of: revision) else {
      var configuration = try Configuration.read(yaml: host.text, file: host.path.string)
      configuration.service.takeSecretsFile(from: host)
      return configuration
    }
    return try Configuration.read(yaml: host.text, file: host.path.string, service: committed)
  }

  /// The service as a revision describes it, or else this host.
  ///
  /// - Throws: as ``configuration(for:)``; a bare repository will do when the revision describes the service.
  func service(for revision: Revision) async throws -> ServiceConfiguration {
    if let committed = try await committedService(of: revision) { return committed }
    guard let host = try hostFile() else {
      throw WorkspaceError(needing: "service, of which \(revision.id.abbreviated) says nothing,")
    }
    var service = try ServiceConfiguration.read(yaml: host.text, file: host.path.string)
    service.takeSecretsFile(from: host)
    return service
  }

  /// The hot set as this host describes it; as it is by default where there is no file of the host's.
  ///
  /// - Parameter service: the service that the set is of.
  func hotConfiguration(of service: ServiceConfiguration) throws -> HotConfiguration {
    guard let host = try hostFile() else { return HotConfiguration() }
    return try Configuration.read(yaml: host.text, file: host.path.string, service: service).hot
  }

  /// The name of the service in this host's own file; where that leaves it to the revisions, as HEAD has it.
  ///
  /// - Throws: as ``service(for:)``.
  func serviceName() async throws -> String {
    // Faults of a service that is left to the revisions count where it is read from them.
    if let host = try hostFile(), let own = try? ServiceConfiguration.read(yaml: host.text, file: host.path.string) {
      return own.name
    }
    return try await service(for: try await repository.resolve("HEAD")).name
  }

  /// Whether a revision, and not this host, is why there is no configuration for it: its file is wrong, or it has none
  /// where the host leaves the service to the revisions.
  func isMisconfigured(_ revision: Revision) async throws -> Bool {
    do {
      if try await committedService(of: revision) != nil { return false }
    } catch is ConfigurationError {
      return true
    }
    guard let host = try hostFile() else { return false }
    do {
      _ = try ServiceConfiguration.read(yaml: host.text, file: host.path.string)
      return false
    } catch {
      return error.faults.allSatisfy { $0.code == .missingKey }
    }
  }

  private func hostFile() throws -> ConfigurationFile? { try configurationFile.map { try ConfigurationFile.load($0) } }

  /// The service in a revision's own file; nil when it has none.
  private func committedService(of revision: Revision) async throws -> ServiceConfiguration? {
    let path = configurationPathInRepository()
    guard let file = try await repository.file(at: path, in: revision) else { return nil }
    var service = try ServiceConfiguration.read(
      yaml: String(decoding: file, as: UTF8.self), file: "\(revision.id.abbreviated):\(path)")
    service.takeSecretsFile(from: try hostFile())
    return service
  }

  /// Where in the repository this host's `quench.yml` stands; a file from elsewhere stands for the one at the root.
  private func configurationPathInRepository() -> String {
    guard let configurationFile, let work = repository.workDirectory else { return ConfigurationFile.name }
    let file = FilePath(configurationFile.string.resolvingLinks), root = FilePath(work.string.resolvingLinks)
    guard file.starts(with: root) else { return ConfigurationFile.name }
    var relative = file
    _ = relative.removePrefix(root)
    return relative.string
  }
}

extension ServiceConfiguration {
  /// Has the `secrets-file` be the one that this host's own file names, relative to where it stands; none where it
  /// names none.
  ///
  /// Quench itself reads the file, unconfined, so which one that is must not be a revision's to choose.
  fileprivate mutating func takeSecretsFile(from host: ConfigurationFile?) {
    secretsFile = host.flatMap { host in
      // Faults of a service that is left to the revisions do not count.
      (try? ServiceConfiguration.read(yaml: host.text, file: host.path.string))?.secretsFile.map {
        host.path.removingLastComponent().pushing(FilePath($0)).lexicallyNormalized().string
      }
    }
  }
}

/// That a bare repository, which has no working tree, lacks what comes from there.
struct WorkspaceError: Diagnostic {
  enum Code: String, Sendable, CaseIterable {
    case noConfiguration = "no-configuration"
  }

  let message: String
  var code: Code { .noConfiguration }
  var remedy: String? { "name a quench.yml with --config FILE" }
  var cause: (any Error)? { nil }
  var exitStatus: ExitStatus { .configuration }

  init(needing what: String) {
    message = "a bare repository has no working tree to take the \(what) from"
  }
}

extension String {
  fileprivate var resolvingLinks: String { URL(filePath: self).resolvingSymlinksInPath().path }
}
