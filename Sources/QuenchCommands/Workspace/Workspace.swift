import Foundation
import QuenchBuild
import QuenchConfiguration
import QuenchDiagnostics
import QuenchEvidence
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
  private(set) var host: HostFile?
  let state: StateDirectory
  let launcher: Launcher
  let ledger: Ledger
  let store: BuildStore
  let provider: any InstanceProvider
  let options: GlobalOptions

  /// Opens the workspace that the options name, makes its folder, and ends what a killed command left behind.
  ///
  /// - Parameter needsFile: whether the command cannot do without a `quench.yml`.
  /// - Throws: `GitError`, `ConfigurationError`, `StateError`, `ProcessError` or `LedgerError`.
  init(_ options: GlobalOptions, console: Console, needsFile: Bool = true) async throws {
    self.options = options
    let location = try Location(options, needsFile: needsFile)
    (repository, host, state) = (location.repository, location.host, location.state)
    try state.prepare()
    launcher = try Launcher.located().owned(by: ProcessOwner.current(in: state))
    ledger = try await Ledger(state)
    store = BuildStore(root: state.store)
    provider = ProcessProvider(state: state, store: store, launcher: launcher, lifeline: try Lifeline())
    let swept = try await LeftoverSweep(state: state, provider: provider, ledger: ledger).run()
    if swept > 0 { console.progress("ended \(swept.counting("process")) that an earlier command left behind") }
  }

  /// The same with this host's `quench.yml` as it is now.
  ///
  /// - Throws: `ConfigurationError` when it cannot be read any more.
  func refreshed() throws -> Workspace {
    var fresh = self
    fresh.host = try host.map { try HostFile($0.file.path) }
    return fresh
  }

  /// The manager of this host's hot set, which goes by the name of the service in the host's own `quench.yml`: the
  /// name stays when a revision under test calls the service otherwise.
  ///
  /// - Throws: `ConfigurationError` or `GitError` when no `quench.yml` tells the service's name.
  func manager() async throws -> HotpointManager {
    HotpointManager(service: try await serviceName(), state: state, ledger: ledger, provider: provider)
  }

  var builder: Builder { Builder(state: state, launcher: launcher, store: store, denied: denied) }

  /// What no command under test may even read, besides Quench's own folder: the signing key, when it is a file, the keys
  /// that production and its API speak TLS with, and the file of secrets, of which each gets what it is meant to have.
  var denied: [FilePath] {
    (SigningKeySource()?.file.map { [$0] } ?? []) + (host?.tls.map { [FilePath($0.key)] } ?? [])
      + (host?.api.map { [FilePath($0.key)] } ?? [])
      + (host?.secretsFile.map { [FilePath($0)] } ?? [])
  }
}
