import Foundation
import QuenchGit

/// A build as the store knows it.
public struct StoredBuild: Sendable, Hashable {
  /// What went in.
  public let key: BuildKey
  /// What came out.
  public let digest: ArtifactDigest
  /// The revision it was first built from.
  public let revision: ObjectID
  /// That revision's tree.
  public let tree: ObjectID
  /// The service's name.
  public let service: String
  /// How many bytes the artifact has.
  public let size: Int64
  /// How many seconds building took.
  public let seconds: Double
  /// Whether it was built in a clean checkout.
  public let mode: Recipe.Mode
  /// How the build was isolated: `landlock-<version>` or `none`.
  public let isolation: String
  /// When it was last looked up, unpacked or stored.
  public let lastUsed: Date
}

/// How a build is written into an image manifest's annotations.
enum BuildAnnotation: String {
  case revision = "org.opencontainers.image.revision"
  case reference = "org.opencontainers.image.ref.name"
  case key = "quench.build.key"
  case service = "quench.service"
  case tree = "quench.tree"
  case seconds = "quench.build.seconds"
  case mode = "quench.build.mode"
  case isolation = "quench.build.isolation"
}

/// What is known of a build before its artifact has a digest.
struct BuildProvenance: Sendable, Equatable {
  var key: BuildKey
  var revision: ObjectID
  var tree: ObjectID
  var service: String
  var seconds: Double
  var mode: Recipe.Mode
  var isolation: String

  /// The provenance as annotations of a manifest.
  var annotations: [String: String] {
    let pairs: [(BuildAnnotation, String)] = [
      (.revision, revision.description), (.key, key.description), (.service, service), (.tree, tree.description),
      (.seconds, String(format: "%.3f", seconds)), (.mode, mode.rawValue), (.isolation, isolation),
    ]
    return Dictionary(uniqueKeysWithValues: pairs.map { ($0.rawValue, $1) })
  }

  init(
    key: BuildKey, revision: ObjectID, tree: ObjectID, service: String, seconds: Double, mode: Recipe.Mode,
    isolation: String
  ) {
    self.key = key
    self.revision = revision
    self.tree = tree
    self.service = service
    self.seconds = seconds
    self.mode = mode
    self.isolation = isolation
  }

  /// Reads annotations; nil when they are not those of a build.
  init?(_ annotations: [String: String]?) {
    func value(_ name: BuildAnnotation) -> String? { annotations?[name.rawValue] }
    guard let key = value(.key).flatMap({ BuildKey($0) }), let revision = value(.revision).flatMap({ ObjectID($0) }),
      let tree = value(.tree).flatMap({ ObjectID($0) }), let service = value(.service),
      let mode = value(.mode).flatMap(Recipe.Mode.init(rawValue:)), let isolation = value(.isolation)
    else { return nil }
    self.init(
      key: key, revision: revision, tree: tree, service: service, seconds: value(.seconds).flatMap(Double.init) ?? 0,
      mode: mode, isolation: isolation)
  }
}
