/// The build that a verdict is about: what went in, and what came out.
public struct VerifiedBuild: Sendable, Hashable {
  /// The SHA-256 of what went into the build, in hexadecimal.
  public var key: String
  /// The SHA-256 of the artifact's bytes, in hexadecimal.
  public var digest: String
  /// Whether the build store already had it.
  public var cached: Bool

  /// Names a build.
  public init(key: String, digest: String, cached: Bool) {
    self.key = key
    self.digest = digest
    self.cached = cached
  }
}
