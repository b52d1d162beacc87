import QuenchSuites

extension VerdictDocument {
  /// The `build` of a verdict document.
  public struct Build: Codable, Sendable, Equatable {
    /// The SHA-256 of what went in.
    public let key: String
    /// The SHA-256 of what came out.
    public let digest: String
    /// Whether the build store already had it.
    public let cached: Bool
    /// Whether it was made `clean` or `incremental`.
    public let mode: String?
    /// The machine it was made on and for.
    public let platform: String?
    /// What each tool of the build command said of its version, by the tool's name.
    public let toolchain: [String: String]?

    init(_ build: VerifiedBuild) {
      key = build.key
      digest = build.digest
      cached = build.cached
      mode = build.mode
      platform = build.platform
      toolchain = build.toolchain
    }

    var value: VerifiedBuild {
      VerifiedBuild(
        key: key, digest: digest, cached: cached, mode: mode, platform: platform, toolchain: toolchain)
    }

    /// Writes every key, with `null` for what is unknown.
    public func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(key, forKey: .key)
      try keys.encode(digest, forKey: .digest)
      try keys.encode(cached, forKey: .cached)
      try keys.encode(mode, forKey: .mode)
      try keys.encode(platform, forKey: .platform)
      try keys.encode(toolchain, forKey: .toolchain)
    }

    private enum CodingKeys: String, CodingKey { case key, digest, cached, mode, platform, toolchain }
  }

  /// One of the `instances` of a verdict document.
  public struct Instance: Codable, Sendable, Equatable {
    /// The instance's id.
    public let id: String
    /// The TCP port it listened on.
    public let port: Int
    /// The revision it ran.
    public let revision: String

    init(_ instance: VerifiedInstance) {
      id = instance.id
      port = instance.port
      revision = instance.revision
    }

    var value: VerifiedInstance { VerifiedInstance(id: id, port: port, revision: revision) }
  }

  /// The `timings` of a verdict document, in seconds.
  public struct PhaseSeconds: Codable, Sendable, Equatable {
    /// Seconds spent writing the revision's files.
    public let checkout: Double
    /// Seconds spent building, or fetching the build.
    public let build: Double
    /// Seconds until the hot instances were healthy.
    public let deploy: Double
    /// Seconds spent in suites.
    public let suites: Double
    /// Seconds spent putting the hot set back.
    public let rollback: Double
    /// Seconds from the first step to the last.
    public let total: Double

    init(_ timings: Timings) {
      checkout = timings.checkout
      build = timings.build
      deploy = timings.deploy
      suites = timings.suites
      rollback = timings.rollback
      total = timings.total
    }

    var value: Timings {
      Timings(
        checkout: checkout, build: build, deploy: deploy, suites: suites, rollback: rollback, total: total)
    }

    private enum CodingKeys: String, CodingKey {
      case checkout = "checkout_seconds"
      case build = "build_seconds"
      case deploy = "deploy_seconds"
      case suites = "suites_seconds"
      case rollback = "rollback_seconds"
      case total = "total_seconds"
    }
  }
}
