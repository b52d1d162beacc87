import Foundation
import QuenchProcesses
import SystemPackage

/// The installed `haproxy`, new enough to be driven without reloads.
public struct HAProxyProgram: Sendable, Hashable {
  /// The first version whose servers can be added and removed while it runs.
  public static let oldest = [2, 4]
  /// Where it is.
  public let path: FilePath
  /// Its version, as it says it.
  public let version: String

  private static let otherEngine = "or in quench.yml: balancer: { engine: embedded }"

  /// Finds it: at `path`, or on `PATH` and where Debian puts it.
  ///
  /// - Throws: `BalancerError` with code `engine-missing` or `engine-outdated`.
  public init(
    path: FilePath? = nil, launcher: Launcher, folder: FilePath,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws {
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
    let candidates = path.map { [$0.string] } ?? folders.map { "\($0)/haproxy" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw BalancerError(
        .engineMissing, path.map { "there is no program \($0)" } ?? "haproxy is not installed: it is not on PATH",
        remedy: "apt-get install haproxy, \(Self.otherEngine)")
    }
    self.path = FilePath(found)
    let outcome = try await launcher.run(
      Launch(
        arguments: [found, "-v"], environment: ProcessEnvironment.allowed(temporaryDirectory: folder),
        workingDirectory: folder),
      log: "/dev/null", timeout: .seconds(30))
    guard let version = Self.version(in: outcome.lastLines.joined(separator: "\n")) else {
      throw BalancerError(
        .engineOutdated, "\(found) does not say which version of HAProxy it is", remedy: "\(found) -v")
    }
    self.version = version
    let numbers = version.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard !numbers.lexicographicallyPrecedes(Self.oldest) else {
      throw BalancerError(
        .engineOutdated, "\(found) is HAProxy \(version), and 2.4 or later is needed: older ones cannot be driven",
        remedy: "apt-get install haproxy, \(Self.otherEngine)")
    }
  }

  /// The version in what `haproxy -v` prints, as in `HAProxy version 2.6.12-1 2023/12/16`.
  static func version(in text: String) -> String? {
    guard let match = text.firstMatch(of: /(?i)HA-?Proxy version ([0-9]+\.[0-9]+[^ ]*)/) else { return nil }
    return String(match.1)
  }
}
