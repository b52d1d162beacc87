import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// A dependency that is up, and what the service is told about it.
public struct RunningDependency: Sendable, Codable {
  var configuration: DependencyConfiguration
  /// The record of its process; nil for one that was already there (`use`).
  var processRecord: String?
  /// The database that was made for the instance on a server that was already there.
  var database: FreshDatabase?
  /// The environment its own commands run in.
  var environment: [String: String]
  /// Its own folder, which its commands may write.
  var folder: String
  /// Where its commands run: in the artifact, whose scripts they may use.
  var workingDirectory: String
  /// What it and its commands printed.
  var log: String
  /// Whether it was begun to the end; nil where nobody asks.
  var isBegun: Bool?
  /// What goes to the service's environment.
  public var exports: [String: String]

  var process: LaunchedProcess? { processRecord.flatMap { try? LaunchedProcess(adopting: FilePath($0)) } }
}
