import Foundation

/// That a build was made, or found in the store.
public struct BuildRecord: Sendable, Hashable {
  /// The name of the service.
  public var service: String
  /// The SHA-256 of what went in, in hexadecimal.
  public var key: String
  /// The SHA-256 of what came out, in hexadecimal.
  public var digest: String
  /// The object id of the revision it was wanted for.
  public var revision: String
  /// The tree of that revision.
  public var tree: String
  /// How long its command took, in seconds.
  public var seconds: Double
  /// Whether the store had it already.
  public var cached: Bool
  /// When it was had, to the millisecond.
  public var finished: Date

  /// Describes a build.
  public init(
    service: String, key: String, digest: String, revision: String, tree: String, seconds: Double, cached: Bool,
    finished: Date = Date()
  ) {
    self.service = service
    self.key = key
    self.digest = digest
    self.revision = revision
    self.tree = tree
    self.seconds = seconds
    self.cached = cached
    self.finished = finished.toTheMillisecond
  }
}
