import Foundation

/// One instance of a set: where it is and what it runs.
public struct InstanceRecord: Sendable, Hashable, Identifiable {
  /// The instance's id, unique among all instances.
  public var id: String
  /// The object id of the revision it runs.
  public var revision: String
  /// The digest of the build it runs, in hexadecimal.
  public var digest: String
  /// The TCP port it listens on.
  public var port: Int
  /// Its working directory.
  public var folder: String
  /// The path of its launch record, which tells its process.
  public var record: String
  /// When it started, to the millisecond.
  public var since: Date
  /// The folder of the dependencies it shares with the rest of its set; nil when there are none.
  public var shared: String?

  /// Describes an instance.
  public init(
    id: String, revision: String, digest: String, port: Int, folder: String, record: String, since: Date,
    shared: String? = nil
  ) {
    self.id = id
    self.revision = revision
    self.digest = digest
    self.port = port
    self.folder = folder
    self.record = record
    self.since = since.toTheMillisecond
    self.shared = shared
  }
}
