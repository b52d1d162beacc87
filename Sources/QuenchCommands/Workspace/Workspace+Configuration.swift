import Foundation
import QuenchConfiguration
import QuenchDiagnostics
import QuenchGit
import SystemPackage

extension Workspace {
  /// The configuration for a revision: `service` as the revision has it, everything else as this host does, uncommitted
  /// edits included.
  ///
  /// - Throws: `ConfigurationError`; `WorkspaceError` in a bare repository without `--config`, which has no suites;
  ///   `GitError` when the revision's file cannot be read.
  func configuration(for revision: Revision) async throws -> Configuration {
    guard let host else { throw WorkspaceError(needing: "suites") }
    let committed = try await committedService(of: revision)
    if let committed { try checkSecrets(of: committed, in: revision) }
    return try host.configuration(with: committed)
  }

  /// Makes sure that suites of this host's `quench.yml` can be run here: that there are some, and their tests' revisions.
  ///
  /// - Throws: `ConfigurationError` with the place in the file; `GitError` when the repository cannot be read.
  func check(_ suites: [SuiteConfiguration]) async throws {
    guard let file = host?.file else { return }
    if suites.isEmpty {
      throw file.error(
        at: [["suites"]], .missingKey, "there is no suite, so there is nothing to verify",
        suggestion: "suites: { smoke: { command: ./smoke.sh } }")
    }
    for suite in suites {
      guard case .named(let name) = suite.testsFrom else { continue }
      do {
        _ = try await repository.resolve(name)
      } catch let error as GitError where error.exitStatus == .usage {
        throw file.error(
          at: [["suites", suite.name, "swift-test", "tests-from"], ["suites", suite.name, "tests-from"]], .badValue,
          "`suites.\(suite.name).tests-from` is revision, working-tree or a revision of this repository: \(error.message)"
        )
      }
    }
  }

  /// The service as a revision describes it, or else this host.
  ///
  /// - Throws: as ``configuration(for:)``; a bare repository will do when the revision describes the service.
  func service(for revision: Revision) async throws -> ServiceConfiguration {
    if let committed = try await committedService(of: revision) { return committed }
    guard let host else {
      throw WorkspaceError(needing: "service, of which \(revision.id.abbreviated) says nothing,")
    }
    return try host.service.get()
  }

  /// The hot set as this host describes it; as it is by default where there is no file of the host's.
  ///
  /// - Parameter service: the service that the set is of.
  func hotConfiguration(of service: ServiceConfiguration) throws -> HotConfiguration {
    try host?.configuration(with: service).hot ?? HotConfiguration()
  }

  /// The name of the service in this host's own file; where that leaves it to the revisions, as HEAD has it.
  ///
  /// - Throws: as ``service(for:)``.
  func serviceName() async throws -> String {
    // Faults of a service that is left to the revisions count where it is read from them.
    if let own = try? host?.service.get() { return own.name }
    return try await service(for: try await repository.resolve("HEAD")).name
  }

  /// Whether a revision, and not this host, is why there is no configuration for it: its file is wrong, or it has none
  /// where the host leaves the service to the revisions.
  func isMisconfigured(_ revision: Revision) async throws -> Bool {
    do {
      if let committed = try await committedService(of: revision) {
        return (try? checkSecrets(of: committed, in: revision)) == nil
      }
    } catch is ConfigurationError {
      return true
    }
    guard case .failure(let error)? = host?.service else { return false }
    return error.faults.allSatisfy { $0.code == .missingKey }
  }

  /// The service in a revision's own file; nil when it has none.
  private func committedService(of revision: Revision) async throws -> ServiceConfiguration? {
    let path = configurationPathInRepository()
    guard let file = try await repository.file(at: path, in: revision) else { return nil }
    let text = String(decoding: file, as: UTF8.self)
    var service = try ServiceConfiguration.read(
      yaml: text, file: "\(revision.id.abbreviated):\(path)")
    service.secretsFile = host?.secretsFile
    return service
  }

  /// Makes sure that a revision asks for no variable of the runner that this host's own file does not name.
  ///
  /// Which secrets code under test gets is for whoever runs it to say. Where the host leaves the service to the revisions,
  /// it leaves that to them too.
  func checkSecrets(of service: ServiceConfiguration, in revision: Revision) throws {
    let own: ServiceConfiguration
    switch host?.service {
    case nil: return
    case .success(let service)?: own = service
    case .failure(let error)?:
      // Where it is only not there, the host leaves the service to the revisions; what is wrong in it is no leave.
      guard error.faults.contains(where: { $0.code != .missingKey }), !service.runnerVariables.isEmpty else { return }
      throw error
    }
    let allowed = Set(own.runnerVariables)
    guard let name = service.runnerVariables.first(where: { !allowed.contains($0) }) else { return }
    let path = "\(revision.id.abbreviated):\(configurationPathInRepository())"
    throw ConfigurationFile(path: FilePath(path), text: "").error(
      at: [], .badValue,
      "the revision asks for the variable \(name) of the runner, which this host's quench.yml does not name",
      suggestion: "secrets: [\(name)] in \(host?.file.path.string ?? "quench.yml") if it is to have it")
  }

  /// Where in the repository this host's `quench.yml` stands; a file from elsewhere stands for the one at the root.
  private func configurationPathInRepository() -> String {
    guard let configurationFile = host?.file.path, let work = repository.workDirectory else {
      return ConfigurationFile.name
    }
    let file = FilePath(configurationFile.string.resolvingLinks), root = FilePath(work.string.resolvingLinks)
    guard file.starts(with: root) else { return ConfigurationFile.name }
    var relative = file
    _ = relative.removePrefix(root)
    return relative.string
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

extension ServiceConfiguration {
  /// The variables of the runner that the service, its build or its dependencies get.
  fileprivate var runnerVariables: [String] {
    secrets + buildSecrets
      + dependencies.compactMap { dependency in
        if case .use(let variable) = dependency.source { variable } else { nil }
      }
  }
}

extension String {
  fileprivate var resolvingLinks: String { URL(filePath: self).resolvingSymlinksInPath().path }
}
