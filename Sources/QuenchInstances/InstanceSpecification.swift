import QuenchConfiguration
import SystemPackage

/// What an instance is to be: everything a provider needs to make it, and to take it up again later.
public struct InstanceSpecification: Sendable {
  /// The instance's name, unique within the state folder.
  public var id: String
  /// Hot or cold.
  public var temperature: Temperature
  /// The commit it runs, 40 hexadecimal digits.
  public var revision: String
  /// The digest of the build it runs, 64 hexadecimal digits.
  public var digest: String
  /// How to run it.
  public var service: ServiceConfiguration
  /// The values of the service's secrets, which go to its environment and nowhere else.
  public var secrets: [String: String]
  /// The dependencies that all instances of the set share; nil where there are none.
  public var shared: SharedDependencies?
  /// What a process of the service may not even read, such as the signing key.
  public var denied: [FilePath]
  /// Whether it outlives the `quench` that starts it.
  public var isKept: Bool
  /// Told, after a while and then now and then, that it is not healthy yet.
  public var onDelay: (@Sendable (StartDelay) -> Void)?

  /// Makes a specification.
  public init(
    id: String, temperature: Temperature, revision: String, digest: String, service: ServiceConfiguration,
    secrets: [String: String] = [:], shared: SharedDependencies? = nil, denied: [FilePath] = [], isKept: Bool,
    onDelay: (@Sendable (StartDelay) -> Void)? = nil
  ) {
    self.id = id
    self.temperature = temperature
    self.revision = revision
    self.digest = digest
    self.service = service
    self.secrets = secrets
    self.shared = shared
    self.denied = denied
    self.isKept = isKept
    self.onDelay = onDelay
  }
}
