/// The build that a verdict is about: what went in, and what came out.
public struct VerifiedBuild: Sendable, Hashable {
  /// The SHA-256 of what went into the build, in hexadecimal.
  public var key: String
  /// The SHA-256 of the artifact's bytes, in hexadecimal.
  public var digest: String
  /// Whether the build store already had it.
  public var cached: Bool
  /// Whether it was made `clean` or `incremental`; nil where that was not recorded.
  public var mode: String?
  /// The machine it was made on and for; nil where that was not recorded.
  public var platform: String?
  /// What each tool of the build command said of its version, by the tool's name; nil where that was not recorded.
  public var toolchain: [String: String]?

  /// Names a build.
  public init(
    key: String, digest: String, cached: Bool, mode: String? = nil, platform: String? = nil,
    toolchain: [String: String]? = nil
  ) {
    self.key = key
    self.digest = digest
    self.cached = cached
    self.mode = mode
    self.platform = platform
    self.toolchain = toolchain
  }
}
