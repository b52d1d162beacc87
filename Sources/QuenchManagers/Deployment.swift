import QuenchConfiguration
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

  /// Makes a deployment.
  public init(
    revision: String, digest: String, service: ServiceConfiguration, count: Int, secrets: [String: String] = [:],
    denied: [FilePath] = []
  ) {
    self.revision = revision
    self.digest = digest
    self.service = service
    self.count = count
    self.secrets = secrets
    self.denied = denied
  }
}
