import QuenchGit
import QuenchState
import SystemPackage

/// A build whose artifact stays in the store for as long as this value is kept.
///
/// Whoever starts instances of the build keeps it until they are there: from then on they speak for themselves.
public struct HeldBuild: Sendable {
  /// The build.
  public let build: Build
  let hold: FileLock.Held
}

/// What goes into a build: its key, and what of that no key can be asked for.
struct BuildIngredients: Sendable, Hashable {
  let key: BuildKey
  let platform: Platform
  let toolchain: [Tool]
}

/// What a recipe made of a revision.
public struct Build: Sendable, Hashable {
  /// What went in.
  public let key: BuildKey
  /// What came out: the SHA-256 of the artifact's bytes.
  public let digest: ArtifactDigest
  /// The revision that was asked for; one with the same tree shares its build.
  public let revision: ObjectID
  /// That revision's tree.
  public let tree: ObjectID
  /// The service's name.
  public let service: String
  /// Whether it was in the store already.
  public let cached: Bool
  /// How many bytes the artifact has.
  public let size: Int64
  /// How many seconds the build command took, when it was run.
  public let seconds: Double
  /// How many seconds filling the slot took; 0 for a cached build.
  public let checkoutSeconds: Double
  /// What the command printed; nil for a cached build, and where there was nothing to run.
  public let log: FilePath?
  /// Whether it was built in a clean checkout.
  public let mode: Recipe.Mode
  /// How the build was isolated: `landlock-<version>` or `none`.
  public let isolation: String
  /// The machine it was made on and for: one with the same key, for a cached build.
  public let platform: Platform
  /// What each tool of the build command says of its version, by the tool's name.
  public let toolchain: [String: String]

  init(
    _ stored: StoredBuild, of revision: Revision, from ingredients: BuildIngredients, cached: Bool,
    checkoutSeconds: Double = 0, log: FilePath? = nil
  ) {
    key = stored.key
    digest = stored.digest
    self.revision = revision.id
    tree = revision.tree
    service = stored.service
    self.cached = cached
    size = stored.size
    seconds = stored.seconds
    self.checkoutSeconds = checkoutSeconds
    self.log = log
    mode = stored.mode
    isolation = stored.isolation
    platform = ingredients.platform
    toolchain = Dictionary(ingredients.toolchain.map { ($0.name, $0.version) }) { first, _ in first }
  }
}
