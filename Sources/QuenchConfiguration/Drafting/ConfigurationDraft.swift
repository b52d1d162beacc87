/// What `quench init` has found out about a package, to be written as its first `quench.yml`.
public struct ConfigurationDraft: Sendable, Equatable {
  /// The service's name.
  public var name: String
  /// What makes the outputs; nil when there is nothing to build.
  public var build: CommandConfiguration?
  /// Files and folders the artifact holds.
  public var outputs: [String]
  /// The command that is the service.
  public var run: String
  /// How an instance is known to be healthy.
  public var health: HealthConfiguration
  /// The data directory; nil for a service without state.
  public var data: String?
  /// The suites, in the order they are to be written.
  public var suites: [SuiteConfiguration]

  /// A draft of a service, with no suites unless given.
  public init(
    name: String,
    build: CommandConfiguration? = nil,
    outputs: [String] = [],
    run: String,
    health: HealthConfiguration = HealthConfiguration(),
    data: String? = nil,
    suites: [SuiteConfiguration] = []
  ) {
    self.name = name
    self.build = build
    self.outputs = outputs
    self.run = run
    self.health = health
    self.data = data
    self.suites = suites
  }

  /// The configuration that the draft's text reads back as: the draft, and the defaults for the rest.
  public var configuration: Configuration {
    Configuration(
      service: ServiceConfiguration(
        name: name, build: build, outputs: outputs, run: run, health: health, data: data),
      suites: suites)
  }
}
