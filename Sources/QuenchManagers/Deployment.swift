import QuenchConfiguration
import QuenchInstances
import SystemPackage

/// A build to be deployed, and how its instances are to run.
public struct Deployment: Sendable {
  /// The commit, 40 hexadecimal digits.
  public var revision: String
  /// The build's digest, 64 hexadecimal digits.
  public var digest: String
  /// How to run it.
  public var service: ServiceConfiguration
  /// How many instances.
  public var count: Int
  /// The values of the service's secrets.
  public var secrets: [String: String]
  /// What the service may not even read.
  public var denied: [FilePath]
  /// Told how it goes.
  public var report: (@Sendable (DeploymentEvent) -> Void)?

  /// Makes a deployment.
  public init(
    revision: String, digest: String, service: ServiceConfiguration, count: Int, secrets: [String: String] = [:],
    denied: [FilePath] = [], report: (@Sendable (DeploymentEvent) -> Void)? = nil
  ) {
    self.revision = revision
    self.digest = digest
    self.service = service
    self.count = count
    self.secrets = secrets
    self.denied = denied
    self.report = report
  }
}

/// What happens while a build is being deployed, for whoever waits for it.
public enum DeploymentEvent: Sendable {
  /// Instances, and what they share, are being started under these names, which their logs keep.
  case starting([String])
  /// An instance is not healthy yet.
  case waiting(StartDelay)
}
