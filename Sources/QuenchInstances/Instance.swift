import Foundation
import SystemPackage

/// One running copy of a build: what is written down about it, so that any later `quench` can take it up.
public struct Instance: Sendable, Hashable, Codable {
  /// The instance's name.
  public var id: String
  /// Hot or cold.
  public var temperature: Temperature
  /// The commit it runs.
  public var revision: String
  /// The digest of the build it runs.
  public var digest: String
  /// The TCP port it listens on, on the loopback address.
  public var port: Int
  /// When it was first healthy.
  public var since: Date
  /// Its folder, which holds the artifact, the data, the logs and the records.
  public var folder: InstanceFolder

  /// The folder of the dependencies it shares with the rest of its set; nil where there are none.
  public var shared: InstanceFolder?

  /// Makes an instance.
  public init(
    id: String, temperature: Temperature, revision: String, digest: String, port: Int, since: Date,
    folder: InstanceFolder, shared: InstanceFolder? = nil
  ) {
    self.id = id
    self.temperature = temperature
    self.revision = revision
    self.digest = digest
    self.port = port
    self.since = since
    self.folder = folder
    self.shared = shared
  }

  /// Reads what an instance's folder says it is.
  ///
  /// - Throws: `InstanceError` with code `instance-description-unreadable`.
  public init(in folder: InstanceFolder) throws(InstanceError) {
    self = try InstanceDescription(in: folder).instance
  }

  /// Where its clients reach it.
  public var baseURL: String { "http://127.0.0.1:\(port)" }
}
