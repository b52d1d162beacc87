import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// What `swift package dump-package` says of a package, as far as it matters for its tests and programs.
public struct PackageManifest: Decodable, Sendable {
  /// One of the package's products.
  public struct Product: Decodable, Sendable {
    /// The product's name.
    public var name: String
    /// What it is (`executable`, `library`, …), as the only key.
    public var type: [String: [String]?]
  }

  /// One of the package's targets.
  public struct Target: Decodable, Sendable {
    /// The target's name.
    public var name: String
    /// What it is: `executable`, `regular`, `test`, ….
    public var type: String
    /// What it is built with.
    public var dependencies: [Dependency]
  }

  /// Something that a target is built with.
  public struct Dependency: Sendable {
    /// Whether it was named as a product, and so cannot be a target of this package.
    public var isProduct: Bool
    /// The name of the target or product.
    public var name: String?
    /// The package that the product is of, where the manifest says so.
    public var package: String?
  }

  /// Another package that this one depends on.
  public struct Package: Sendable {
    /// Whether it is taken from a folder on this machine, and not fetched.
    public var isFolder: Bool
    /// What the manifest may call it, in lower case.
    public var names: Set<String>
  }

  /// The package's name.
  public var name: String
  /// Its products.
  public var products: [Product]
  /// Its targets.
  public var targets: [Target]
  /// The packages it depends on.
  public var dependencies: [Package]
}

/// The only key of an object, which says what kind of thing is in it.
private struct Kind: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension PackageManifest.Package: Decodable {
  private struct Origin: Decodable {
    var identity: String
    var nameForTargetDependencyResolutionOnly: String?
  }

  /// Reads an object with one key, the kind of its origin, and a list of one.
  public init(from decoder: any Decoder) throws {
    let kinds = try decoder.container(keyedBy: Kind.self)
    isFolder = kinds.allKeys.contains { $0.stringValue == "fileSystem" }
    let origins = try kinds.allKeys.flatMap { try kinds.decode([Origin].self, forKey: $0) }
    names = Set(
      origins.flatMap { [$0.identity, $0.nameForTargetDependencyResolutionOnly].compactMap { $0?.lowercased() } })
  }
}

extension PackageManifest.Dependency: Decodable {
  /// Reads an object with one key, the kind, and a list that begins with the name and, for a product, its package.
  public init(from decoder: any Decoder) throws {
    let kinds = try decoder.container(keyedBy: Kind.self)
    isProduct = kinds.allKeys.contains { $0.stringValue == "product" }
    for kind in kinds.allKeys {
      var parts = try kinds.nestedUnkeyedContainer(forKey: kind)
      name = try parts.decodeIfPresent(String.self)
      package = isProduct ? try parts.decodeIfPresent(String.self) : nil
    }
  }
}

extension PackageManifest {
  /// What a package may say of itself at most, in bytes: 16 MiB.
  private static let largestAnswer = 16 << 20

  /// Asks a package, which runs its manifest.
  ///
  /// - Parameters:
  ///   - folder: where the package is.
  ///   - temporary: an empty folder for what that takes.
  /// - Returns: the manifest, and the JSON it was read from.
  /// - Throws: `SuiteError` with code `package-unreadable`; `ProcessError`; `CancellationError`.
  public static func dump(
    _ folder: FilePath, temporary: FilePath, launcher: Launcher, confinement: Confinement?
  ) async throws -> (manifest: PackageManifest, json: Data) {
    let answer = temporary.appending("package.json")
    let launch = Launch.shell(
      "exec swift package --package-path \"$QUENCH_PACKAGE\" --scratch-path scratch dump-package > package.json",
      environment: ProcessEnvironment.allowed(
        temporaryDirectory: temporary,
        adding: [
          "QUENCH_PACKAGE": folder.string,
          // A manifest is code, so it has no part in the caches of others.
          ProcessEnvironment.cacheHomeVariable: temporary.appending("cache").string,
          ProcessEnvironment.moduleCacheVariable: temporary.appending("modules").string,
        ]),
      workingDirectory: temporary, confinement: confinement)
    let outcome = try await launcher.run(launch, log: temporary.appending("log"), timeout: .seconds(120))
    let json = (try? RegularFile.read(answer, atMost: largestAnswer)).map { Data($0) } ?? Data()
    guard outcome.isSuccess, json.count <= largestAnswer,
      let manifest = try? JSONDecoder().decode(PackageManifest.self, from: json)
    else {
      throw SuiteError(
        .packageUnreadable,
        "swift package dump-package in \(folder) ended with \(outcome.ending):\n"
          + outcome.lastLines.suffix(8).map { "  | \($0)" }.joined(separator: "\n"),
        remedy: "swift package dump-package --package-path '\(folder)'")
    }
    return (manifest, json)
  }
}
