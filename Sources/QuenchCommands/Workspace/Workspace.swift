import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchGit
import QuenchInstances
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import QuenchState
import SystemPackage

/// Everything a command works with: the repository, its `quench.yml`, and Quench's own folder.
struct Workspace: Sendable {
  let repository: Repository
  /// The `quench.yml` of this host; nil where there is none and the command can do without.
  let configurationFile: FilePath?
  let state: StateDirectory
  let launcher: Launcher
  let ledger: Ledger
  let store: BuildStore
  let provider: any InstanceProvider
  let options: GlobalOptions

  /// Opens the workspace that the options name, makes its folder, and ends what a killed command left behind.
  ///
  /// - Throws: `GitError`, `ConfigurationError`, `StateError`, `ProcessError` or `LedgerError`.
  init(_ options: GlobalOptions, console: Console) async throws {
    let start = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(options.repository))
      .lexicallyNormalized()
    self.options = options
    repository = try Repository(containing: start)
    let root = repository.workDirectory ?? repository.gitDirectory
    configurationFile =
      repository.isBare && options.config == nil
      ? nil : try ConfigurationFile.locate(from: start, root: root, explicit: options.config.map { FilePath($0) })
    state = StateDirectory(beside: configurationFile?.removingLastComponent() ?? root)
    try state.prepare()
    launcher = try Launcher.located()
    ledger = try await Ledger(state)
    store = BuildStore(root: state.store)
    provider = ProcessProvider(state: state, store: store, launcher: launcher, lifeline: try Lifeline())
    let swept = try await LeftoverSweep(state: state, provider: provider, ledger: ledger).run()
    if swept > 0 { console.progress("ended \(swept.counting("process")) that an earlier command left behind") }
  }

  /// The manager of this host's hot set, which goes by the name of the service in the host's own `quench.yml`: the
  /// name stays when a revision under test calls the service otherwise.
  ///
  /// - Throws: `ConfigurationError` or `GitError` when no `quench.yml` tells the service's name.
  func manager() async throws -> HotpointManager {
    HotpointManager(service: try await hostServiceName(), state: state, ledger: ledger, provider: provider)
  }

  private func hostServiceName() async throws -> String {
    if let configurationFile {
      let own = try ConfigurationFile.load(configurationFile)
      // The service may be left to the revisions, which is also where its faults count.
      if let service = try? ServiceConfiguration.read(yaml: own.text, file: configurationFile.string) {
        return service.name
      }
    }
    return try await configuration(for: try await repository.resolve("HEAD")).service.name
  }

  var builder: Builder { Builder(state: state, launcher: launcher, store: store, denied: denied) }

  /// What no command under test may even read, besides Quench's own folder: the signing key, when it is a file.
  var denied: [FilePath] {
    guard let key = ProcessInfo.processInfo.environment["QUENCH_SIGNING_KEY"], !key.contains("-----BEGIN") else {
      return []
    }
    return [FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(key))]
  }

  /// The configuration for a revision: `service` as the revision has it, everything else as this host does.
  ///
  /// The host's file is read anew each time, uncommitted edits included.
  ///
  /// - Throws: `ConfigurationError`, or `GitError` when the revision's file cannot be read.
  func configuration(for revision: Revision) async throws -> Configuration {
    let path = try configurationPathInRepository()
    let committed = try await repository.file(at: path, in: revision).map { String(decoding: $0, as: UTF8.self) }
    guard let configurationFile else {
      guard let committed else {
        throw UsageError(
          "\(revision.id.abbreviated) has no \(path), and a bare repository has no working tree to take one from",
          remedy: "name one with --config FILE")
      }
      return try Configuration.read(yaml: committed, file: "\(revision.id.abbreviated):\(path)")
    }
    let own = try ConfigurationFile.load(configurationFile)
    guard let committed else { return try Configuration.read(yaml: own.text, file: configurationFile.string) }
    let service = try ServiceConfiguration.read(yaml: committed, file: "\(revision.id.abbreviated):\(path)")
    return try Configuration.read(yaml: own.text, file: configurationFile.string, service: service)
  }

  private var root: FilePath { repository.workDirectory ?? repository.gitDirectory }

  /// Where in the repository this host's `quench.yml` stands; a file from elsewhere stands for the one at the root.
  private func configurationPathInRepository() throws -> String {
    guard let configurationFile, let work = repository.workDirectory else { return ConfigurationFile.name }
    let file = FilePath(configurationFile.string.resolvingLinks), root = FilePath(work.string.resolvingLinks)
    guard file.starts(with: root) else { return ConfigurationFile.name }
    var relative = file
    _ = relative.removePrefix(root)
    return relative.string
  }
}

extension String {
  fileprivate var resolvingLinks: String { URL(filePath: self).resolvingSymlinksInPath().path }
}
