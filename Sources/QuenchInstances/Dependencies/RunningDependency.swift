import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// A dependency that is up, and what the service is told about it.
public struct RunningDependency: Sendable, Codable {
  var configuration: DependencyConfiguration
  /// The record of its process; nil for one that was already there (`use`).
  var processRecord: String?
  /// The environment its own commands run in.
  var environment: [String: String]
  /// Where its commands run.
  var folder: String
  /// What it and its commands printed.
  var log: String
  /// What goes to the service's environment.
  public var exports: [String: String]

  var process: LaunchedProcess? { processRecord.flatMap { try? LaunchedProcess(adopting: FilePath($0)) } }
}
