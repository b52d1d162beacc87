import Foundation
import QuenchConfiguration
import QuenchProcesses
import SystemPackage

/// Runs a service's own commands round the life of an instance: prepare, cleanup, data-snapshot, data-restore, health.
struct ServiceHooks: Sendable {
  var launcher: Launcher
  var instance: Instance
  var environment: [String: String]
  var confinement: Confinement
  /// The names of the variables whose values no log may hold.
  var secretNames: [String]

  /// The folder a data-snapshot command writes to and a data-restore command reads from.
  static let snapshotVariable = "QUENCH_SNAPSHOT"

  /// Runs a hook to its end.
  ///
  /// - Throws: `InstanceError` with code `hook-failed`, naming the hook and the last lines it printed.
  func run(_ hook: CommandConfiguration, named name: String) async throws {
    let log = instance.folder.log(of: name)
    var launch = launch(hook)
    // The service itself must not be able to change what it is put back to.
    if name == "data-snapshot" { launch.confinement?.writable.append(instance.folder.snapshot) }
    let outcome = try await launcher.run(launch, log: log, timeout: hook.timeout ?? .seconds(300))
    guard outcome.isSuccess else {
      throw InstanceError(
        .hookFailed,
        "the service's \(name) command "
          + (outcome.timedOut ? "ran out of time" : "ended with \(outcome.ending)")
          + LogTail.quoted(from: log), remedy: "less \(log)")
    }
  }

  func launch(_ hook: CommandConfiguration) -> Launch {
    var variables = environment
    variables[Self.snapshotVariable] = instance.folder.snapshot.appending("snapshot").string
    var launch = Launch.shell(
      hook.command, environment: variables, workingDirectory: instance.folder.artifact, confinement: confinement,
      grace: .seconds(2))
    launch.secretNames = secretNames
    return launch
  }
}
