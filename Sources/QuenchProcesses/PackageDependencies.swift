import Foundation
import QuenchState
import SystemPackage

/// What a Swift package depends on, fetched before the package is built.
///
/// SwiftPM copies from its cache of repositories, and what keeps it from copying one that another SwiftPM is still filling is
/// a lock in `TMPDIR`; here each build has a temporary folder of its own. The half of a repository has no versions, and
/// as a copy stays where it is, no later build there finds any. So builds fetch one after the other, and copies that are
/// of no use are made anew.
public struct PackageDependencies: Sendable {
  private let package: FilePath
  private let scratch: FilePath
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
    self.package = package
    self.scratch = scratch
    lock = caches.lock
  }

  /// The dependencies of the package that a command builds in a checkout: the one that `--package-path` and `--scratch-path`
  /// name, or that of the checkout itself.
  public init(builtBy command: String, in checkout: FilePath, caches: DownloadCaches) {
    let words = command.split(whereSeparator: \.isWhitespace)
    func path(after option: String) -> FilePath? {
      let values = words.drop { $0 != option }.dropFirst()
      return values.first.map { checkout.pushing(FilePath(String($0))) }
    }
    let package = path(after: "--package-path") ?? checkout
    self.init(of: package, scratch: path(after: "--scratch-path") ?? package.appending(".build"), caches: caches)
  }

  /// Fetches them, unless they are there.
  ///
  /// What keeps them from being fetched is left for the build to say.
  ///
  /// - Parameters:
  ///   - launch: how the build is run; it is run likewise.
  ///   - launcher: what runs it.
  ///   - log: where its output is added.
  ///   - timeout: how long it may take, waiting for others left out.
  ///   - onLine: given each line of its output.
  /// - Throws: `CancellationError` when the task is cancelled, after everything was ended.
  func fetch(
    as launch: Launch, by launcher: Launcher, log: FilePath, timeout: Duration?, onLine: (@Sendable (String) -> Void)?
  ) async throws {
    guard isNeeded else { return }
    let held = try await turn()
    defer { withExtendedLifetime(held) {} }
    func run(_ arguments: [String]) async throws -> CommandOutcome? {
      var command = launch
      command.arguments = arguments
      do {
        return try await launcher.run(command, log: log, timeout: timeout, onLine: onLine)
      } catch is ProcessError {
        return nil
      }
    }
    let resolve = [
      "swift", "package", "resolve", "--package-path", package.string, "--scratch-path", scratch.string,
    ]
    guard let outcome = try await run(resolve), !outcome.isSuccess, !outcome.timedOut else { return }
    onLine?("quench: dependencies could not be fetched; this is tried once more, from the ground")
    // By a command that is confined as the build is: where these lie is for the code under test to say.
    _ = try await run(["rm", "-rf", "--"] + Self.copies.map { scratch.appending($0).string })
    _ = try await run(resolve)
  }

  /// What SwiftPM keeps of dependencies in a build folder.
  private static let copies = ["repositories", "checkouts", "workspace-state.json"]

  private func turn() async throws -> FileLock.Held? {
    do {
      return try await lock?.acquire(reason: "fetching dependencies of \(package)", within: Self.patience)
    } catch is StateError {
      // A home that cannot be written has no cache that others fill.
      return nil
    }
  }

  /// Whether the manifest names packages, and SwiftPM has not looked for them since it was written.
  private var isNeeded: Bool {
    let manifest = package.appending("Package.swift")
    guard let text = try? String(contentsOfFile: manifest.string, encoding: .utf8), text.contains(".package(") else {
      return false
    }
    guard let looked = Self.modified(scratch.appending("workspace-state.json")) else { return true }
    return [manifest, package.appending("Package.resolved")].contains { path in
      Self.modified(path).map { $0 >= looked } ?? false
    }
  }

  private static func modified(_ path: FilePath) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path.string)
    return attributes?[.modificationDate] as? Date
  }
}
