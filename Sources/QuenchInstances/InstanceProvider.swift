import Foundation
import QuenchConfiguration
import SystemPackage

/// Where instances come from: local processes, containers, a cluster.
///
/// A provider keeps nothing in memory that it could not read back: an instance started by one `quench` is stopped by the
/// next.
public protocol InstanceProvider: Sendable {
  /// The provider's name in `quench.yml`.
  var name: String { get }

  /// Makes and starts an instance, and returns when it is healthy.
  ///
  /// Whatever was started is stopped again when this throws.
  ///
  /// - Throws: `InstanceError`, a build store's error, or `CancellationError`.
  func start(_ specification: InstanceSpecification) async throws -> Instance

  /// Whether an instance was made by this very `service` section.
  func runs(_ instance: Instance, as service: ServiceConfiguration) -> Bool

  /// Stops an instance and its own dependencies; its data stay, for it to be resumed.
  func stop(_ instance: Instance) async

  /// Starts an instance that was stopped or has ended, with its artifact's own files and the data it has, and returns
  /// when it is healthy.
  ///
  /// - Throws: `InstanceError`, or `CancellationError`.
  func resume(_ instance: Instance) async throws

  /// Stops an instance, cleans up after it, and removes its folder; what it printed stays among the logs.
  ///
  /// - Returns: what could not be cleaned up: a `cleanup` command that failed, a database that was not dropped.
  @discardableResult func remove(_ instance: Instance) async -> [any Error]

  /// The `service` section that an instance was made by.
  ///
  /// - Throws: `InstanceError` with code `instance-description-unreadable`.
  func service(of instance: Instance) throws(InstanceError) -> ServiceConfiguration

  /// What would make another instance like this one, of the same build.
  ///
  /// - Throws: `InstanceError` when what is written about the instance cannot be read, or a secret is missing.
  func specification(like instance: Instance, id: String) throws(InstanceError) -> InstanceSpecification

  /// Starts the dependencies that all instances of a set share; nil where the service has none.
  ///
  /// Cold sets share all their dependencies with those before and after them: what is there already is taken up.
  ///
  /// - Throws: `InstanceError`, or `CancellationError`.
  func startShared(
    id: String, digest: String, service: ServiceConfiguration, temperature: Temperature, denied: [FilePath],
    isKept: Bool
  ) async throws -> SharedDependencies?

  /// Starts shared dependencies that were stopped or have ended.
  ///
  /// - Throws: `InstanceError`, or `CancellationError`.
  func resumeShared(_ folder: InstanceFolder) async throws

  /// Stops shared dependencies; their data stay.
  func stopShared(_ folder: InstanceFolder) async

  /// Stops shared dependencies, cleans up after them, and removes their folder.
  ///
  /// - Returns: what could not be cleaned up.
  @discardableResult func removeShared(_ folder: InstanceFolder) async -> [any Error]

  /// Puts the instance's files and data back as they were before it first ran, and has it healthy again on the same
  /// port.
  ///
  /// - Throws: `InstanceError`, or `CancellationError`.
  func reset(_ instance: Instance) async throws

  /// Removes an instance, or shared dependencies, that nobody looks after any more.
  ///
  /// That is when the `quench` they belong to no longer runs, or when they are kept but `listed` is given and does not
  /// name their folder: the command that was to list them was killed.
  func removeLeftover(_ folder: InstanceFolder, listed: Set<String>?) async

  /// How the instance is, asked now.
  func health(of instance: Instance) async -> InstanceHealth

  /// Waits until the instance's process ends by itself or is ended.
  ///
  /// - Throws: `CancellationError`.
  func waitUntilEnded(_ instance: Instance) async throws

  /// How instances of this provider are kept from the rest of the machine: `landlock-<version>`, `none`.
  var isolation: String { get }
}
