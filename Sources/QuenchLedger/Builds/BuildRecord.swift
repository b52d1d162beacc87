import Foundation

/// That a build was made, found in the store, or failed.
public struct BuildRecord: Sendable, Hashable, Codable {
  /// The name of the service.
  public var service: String
  /// The SHA-256 of what went in, in hexadecimal.
  public var key: String
  /// The SHA-256 of what came out, in hexadecimal; nil when the build failed.
  public var digest: String?
  /// The object id of the revision it was made for.
  public var revision: String
  /// The tree of that revision.
  public var tree: String
  /// How long it took, in seconds.
  public var seconds: Double
  /// Whether the store had it already.
  public var cached: Bool
  /// The file with the build's output, where one was kept.
  public var log: String?
  /// The artifact's size, in bytes; nil when the build failed.
  public var size: Int64?
  /// When it ended, to the millisecond.
  public var finished: Date

  /// Describes a build.
  public init(
    service: String, key: String, digest: String?, revision: String, tree: String, seconds: Double,
    cached: Bool = false, log: String? = nil, size: Int64? = nil, finished: Date = Date()
  ) {
    self.service = service
    self.key = key
    self.digest = digest
    self.revision = revision
    self.tree = tree
    self.seconds = seconds
    self.cached = cached
    self.log = log
    self.size = size
    self.finished = finished.toTheMillisecond
  }
}
