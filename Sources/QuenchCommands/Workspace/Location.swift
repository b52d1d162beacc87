import Foundation
import QuenchConfiguration
import QuenchControl
import QuenchGit
import QuenchState
import SystemPackage

/// Where a command works: the repository, this host's `quench.yml`, and Quench's own folder.
struct Location: Sendable {
  let repository: Repository
  /// The `quench.yml` of this host; nil where there is none and the command can do without.
  let host: HostFile?
  let state: StateDirectory

  /// Finds what the options name.
  ///
  /// - Parameter needsFile: whether the command cannot do without a `quench.yml`, where the repository has a working tree.
  /// - Throws: `GitError` or `ConfigurationError`.
  init(_ options: GlobalOptions, needsFile: Bool = true) throws {
    let start = options.folder
    repository = try Repository(containing: start)
    let root = repository.workDirectory ?? repository.gitDirectory
    host =
      repository.isBare && options.config == nil
      ? nil : try Self.hostFile(from: start, root: root, options, isNeeded: needsFile)
    state = StateDirectory(beside: host?.file.path.removingLastComponent() ?? root)
  }

  private static func hostFile(
    from start: FilePath, root: FilePath, _ options: GlobalOptions, isNeeded: Bool
  ) throws -> HostFile? {
    let explicit = options.config.map { FilePath($0) }
    let located = Result { () throws(ConfigurationError) in
      try ConfigurationFile.locate(from: start, root: root, explicit: explicit)
    }
    if !isNeeded, explicit == nil, case .failure(let error) = located, error.code == .fileMissing { return nil }
    return try HostFile(try located.get())
  }

  /// The way to the `quench serve` of this host; nil where only the revisions say what the service is called.
  ///
  /// - Throws: `ControlError` with code `control-socket-unavailable`; `StateError`.
  func controlClient() throws -> ControlClient? {
    guard let service = try? host?.service.get() else { return nil }
    if !FileManager.default.fileExists(atPath: state.run.string) { try state.prepare() }
    return try ControlClient(state, service: service.name)
  }
}
