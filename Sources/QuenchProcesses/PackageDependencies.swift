import Foundation
import QuenchState
import SystemPackage

/// What a Swift package depends on, fetched before the package is built.
///
/// SwiftPM copies from its cache of repositories, and what keeps it from copying one that another SwiftPM is still filling is
/// a lock in `TMPDIR`; here each build has a temporary folder of its own. The half of a repository has no versions, and
/// as a copy stays where it is, no later build there finds any. So builds fetch one after the other, and such halves are
/// fetched anew.
public struct PackageDependencies: Sendable {
  private let package: FilePath
  private let scratch: FilePath
  private let options: [String]
  private let lock: FileLock?

  /// How long others are waited for; a network that answers nobody is no reason to build nothing.
  static let patience = Duration.seconds(120)

  /// The dependencies of a package.
  ///
  /// - Parameters:
  ///   - package: the folder of its manifest.
  ///   - scratch: its build folder.
  ///   - caches: where SwiftPM keeps what it downloads.
  public init(of package: FilePath, scratch: FilePath, caches: DownloadCaches) {
    self.init(of: package, scratch: scratch, options: [], caches: caches)
  }

  private init(of package: FilePath, scratch: FilePath, options: [String], caches: DownloadCaches) {
    self.package = package
    self.scratch = scratch
    self.options = options
    lock = caches.lock
  }

  /// The dependencies of the package that a command builds with `swift` in a checkout: the one that `--package-path` and
  /// `--scratch-path` name, or that of the checkout itself.
  ///
  /// - Returns: nil for a command that does not name `swift`, or that takes a shell to be read.
  public init?(builtBy command: String, in checkout: FilePath, caches: DownloadCaches) {
    guard !command.contains(where: { "\"'\\$`*?[~".contains($0) }) else { return nil }
    let words = command.split { $0.isWhitespace || $0 == "=" }.map(String.init)
    guard words.contains(where: { $0 == "swift" || $0.hasSuffix("/swift") }) else { return nil }
    func path(after option: String) -> FilePath? {
      let values = words.drop { $0 != option }.dropFirst()
      return values.first.map { checkout.pushing(FilePath($0)) }
    }
    let package = path(after: "--package-path") ?? checkout
    self.init(
      of: package, scratch: path(after: "--scratch-path") ?? package.appending(".build"),
      options: words.filter(Self.restrictions.contains), caches: caches)
  }

  /// What keeps SwiftPM from choosing other versions than those that are written down, and so goes for fetching as well.
  private static let restrictions: Set<String> = [
    "--force-resolved-versions", "--disable-automatic-resolution", "--only-use-versions-from-resolved-file",
  ]

  /// Waits for its turn to fetch; nil where there is nothing to fetch.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func turn() async throws -> Turn? {
    guard isNeeded else { return nil }
    do {
      return Turn(held: try await lock?.acquire(reason: "fetching dependencies of \(package)", within: Self.patience))
    } catch is StateError {
      // A home that cannot be written has no cache that others fill.
      return Turn(held: nil)
    }
  }

  /// The turn of one build.
  struct Turn {
    let held: FileLock.Held?
  }

  /// Fetches them.
  ///
  /// What keeps them from being fetched is left for the build to say.
  ///
  /// - Parameters:
  ///   - launch: how the build is run; it is run likewise.
  ///   - run: runs a command.
  /// - Throws: what running throws.
  func fetch(as launch: Launch, _ run: (Launch) async throws -> CommandOutcome?) async throws {
    func command(_ arguments: [String]) -> Launch {
      var command = launch
      command.arguments = arguments
      return command
    }
    let resolve = command(
      ["swift", "package", "resolve", "--package-path", package.string, "--scratch-path", scratch.string] + options)
    guard let outcome = try await run(resolve), !outcome.isSuccess, !outcome.timedOut,
      outcome.lastLines.contains(where: { $0.hasPrefix("error: Dependencies could not be resolved") })
    else { return }
    // By a command that is confined as the build is: where these lie is for the code under test to say.
    let halves = command(["/bin/sh", "-c", Self.removingHalves, "sh", scratch.appending("repositories").string])
    guard try await run(halves)?.ending == .exited(Self.hasRemoved) else { return }
    _ = try await run(resolve)
  }

  /// Removes copies of repositories that have no branch and no tag.
  private static let removingHalves = """
    status=0
    for copy in "$1"/*/; do
      test -d "$copy/objects" || continue
      test -s "$copy/packed-refs" && continue
      test -n "$(find "$copy/refs" -type f 2>/dev/null | head -n 1)" && continue
      rm -rf -- "$copy" && status=\(hasRemoved)
    done
    exit $status
    """

  private static let hasRemoved: Int32 = 10

  /// Whether the manifest names packages, and SwiftPM has not looked for them since it was written.
  private var isNeeded: Bool {
    let manifest = package.appending("Package.swift")
    guard let text = Self.text(of: manifest), text.contains(".package(") else { return false }
    guard let looked = Self.modified(scratch.appending("workspace-state.json")) else { return true }
    return [manifest, package.appending("Package.resolved")].contains { path in
      Self.modified(path).map { $0 >= looked } ?? false
    }
  }

  /// The beginning of a regular file, which a revision may have put something else in the place of.
  private static func text(of path: FilePath) -> String? {
    guard let file = try? RegularFile(path) else { return nil }
    defer { try? file.descriptor.close() }
    let bytes = [UInt8](unsafeUninitializedCapacity: min(1 << 20, file.size)) { buffer, count in
      count = (try? file.descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func modified(_ path: FilePath) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path.string)
    return attributes?[.modificationDate] as? Date
  }
}
