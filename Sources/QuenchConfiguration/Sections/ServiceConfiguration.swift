/// The `service` section: how to build the service, run it, check it and put its data back.
public struct ServiceConfiguration: Sendable, Equatable, Codable {
  /// How the build folder is treated between two builds.
  public enum BuildMode: String, Sendable, CaseIterable, Codable {
    /// Build in the folder the last build of this slot left behind, without what it made of the outputs.
    case incremental
    /// Build in an empty folder.
    case clean
  }

  /// The service's name, part of every attestation.
  public var name: String
  /// What makes the outputs; nil when there is nothing to build.
  public var build: CommandConfiguration?
  /// Files and folders the artifact holds, relative to the checkout; each lands under its last component,
  /// and of `.` everything that is in the checkout.
  public var outputs: [String]
  /// The command that is the service, run in a fresh directory holding the artifact.
  public var run: String
  /// How an instance is known to be healthy.
  public var health: HealthConfiguration
  /// How an instance is asked to end.
  public var stop: StopConfiguration
  /// Variables an instance gets besides `PORT` and `QUENCH_*`.
  public var environment: [String: String]
  /// The data directory, relative to the instance's own; nil for a service without state.
  public var data: String?
  /// Runs in place of Quench's own copy of the data directory.
  public var dataSnapshot: CommandConfiguration?
  /// Runs in place of Quench's own reset of the data directory.
  public var dataRestore: CommandConfiguration?
  /// Names of the runner's variables that instances get.
  public var secrets: [String]
  /// Names of the runner's variables that the build gets.
  public var buildSecrets: [String]
  /// A file of `NAME=value` lines to take secrets from that the runner's environment lacks, relative to the file that
  /// names it.
  ///
  /// Only a host's own `quench.yml` can name one; a revision's has no say in what is read of the host.
  public var secretsFile: String?
  /// The databases and caches the service needs, in the order of the file.
  public var dependencies: [DependencyConfiguration]
  /// Runs before an instance starts, with its environment.
  public var prepare: CommandConfiguration?
  /// Runs after an instance ended, with its environment.
  public var cleanup: CommandConfiguration?
  /// The part of the tree that keys the build; empty for the whole tree.
  public var paths: [String]
  /// How the build folder is treated between two builds.
  public var buildMode: BuildMode

  /// A service that is known by its name and its run command; the rest has the defaults of `quench.yml`.
  public init(
    name: String,
    build: CommandConfiguration? = nil,
    outputs: [String] = [],
    run: String,
    health: HealthConfiguration = HealthConfiguration(),
    stop: StopConfiguration = StopConfiguration(),
    environment: [String: String] = [:],
    data: String? = nil,
    dataSnapshot: CommandConfiguration? = nil,
    dataRestore: CommandConfiguration? = nil,
    secrets: [String] = [],
    buildSecrets: [String] = [],
    secretsFile: String? = nil,
    dependencies: [DependencyConfiguration] = [],
    prepare: CommandConfiguration? = nil,
    cleanup: CommandConfiguration? = nil,
    paths: [String] = [],
    buildMode: BuildMode = .incremental
  ) {
    self.name = name
    self.build = build
    self.outputs = outputs
    self.run = run
    self.health = health
    self.stop = stop
    self.environment = environment
    self.data = data
    self.dataSnapshot = dataSnapshot
    self.dataRestore = dataRestore
    self.secrets = secrets
    self.buildSecrets = buildSecrets
    self.secretsFile = secretsFile
    self.dependencies = dependencies
    self.prepare = prepare
    self.cleanup = cleanup
    self.paths = paths
    self.buildMode = buildMode
  }
}
