import Foundation

/// How an artifact was built: from which commit, by which recipe, where and when.
public struct BuildStatement: Sendable, Hashable {
  /// The SLSA predicate that carries it.
  public static let predicateType = "https://slsa.dev/provenance/v1"

  /// How a service is built, as its `quench.yml` says.
  public struct Recipe: Sendable, Hashable {
    /// The command; nil where there is nothing to build.
    public var command: String?
    /// The files and folders the artifact holds.
    public var outputs: [String]
    /// The paths that the build depends on; empty for the whole tree.
    public var paths: [String]
    /// The names of the secrets that the build is given.
    public var secrets: [String]
    /// `clean` or `incremental`.
    public var mode: String

    /// Makes a recipe.
    public init(command: String?, outputs: [String], paths: [String] = [], secrets: [String] = [], mode: String) {
      self.command = command
      self.outputs = outputs
      self.paths = paths
      self.secrets = secrets
      self.mode = mode
    }
  }

  /// The name of the service.
  public var service: String
  /// The commit's object id.
  public var revision: String
  /// The commit's tree id.
  public var tree: String
  /// The SHA-256 of what went in.
  public var key: String
  /// The SHA-256 of the artifact's bytes.
  public var digest: String
  /// How it was built.
  public var recipe: Recipe
  /// The machine it was made on and for.
  public var platform: String
  /// What each tool of the build command said of its version, by the tool's name.
  public var toolchain: [String: String]
  /// How the build was confined: `landlock-<version>` or `none`.
  public var isolation: String
  /// The version of Quench that built it.
  public var builderVersion: String
  /// Which run of Quench built it.
  public var invocation: String
  /// When the build began; nil where that is not known.
  public var started: Date?
  /// When it ended; nil where that is not known.
  public var finished: Date?
  /// The SHA-256 of what the build printed; nil where it printed nothing that was kept.
  public var logDigest: String?

  /// Describes a build.
  public init(
    service: String, revision: String, tree: String, key: String, digest: String, recipe: Recipe, platform: String,
    toolchain: [String: String] = [:], isolation: String, builderVersion: String, invocation: String,
    started: Date? = nil, finished: Date? = nil, logDigest: String? = nil
  ) {
    self.service = service
    self.revision = revision
    self.tree = tree
    self.key = key
    self.digest = digest
    self.recipe = recipe
    self.platform = platform
    self.toolchain = toolchain
    self.isolation = isolation
    self.builderVersion = builderVersion
    self.invocation = invocation
    self.started = started?.toTheSecond
    self.finished = finished?.toTheSecond
    self.logDigest = logDigest
  }
}

extension Date {
  /// The whole second, which is what documents carry.
  var toTheSecond: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
