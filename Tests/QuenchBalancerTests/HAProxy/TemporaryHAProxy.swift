import Foundation
import QuenchProcesses
import SystemPackage

@testable import QuenchBalancer

/// An HAProxy in a folder of its own, which goes when it is stopped.
struct TemporaryHAProxy: Balancer {
  static let isInstalled = ["/usr/sbin/haproxy", "/usr/bin/haproxy", "/usr/local/sbin/haproxy"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// The engine for the suite that all engines pass, where it is installed.
  static let subjects =
    isInstalled
    ? [
      Subject(testDescription: "haproxy", capabilities: [.requiresHost, .holds, .acceptsSafeOnly, .ejectsForAnswers]) {
        try TemporaryHAProxy()
      }
    ] : []

  let folder: FilePath
  let balancer: HAProxyBalancer
  var engine: String { balancer.engine }

  init(_ name: String = "balancer", accessLog: String? = nil) throws {
    folder = FilePath(FileManager.default.temporaryDirectory.path).appending("quench-haproxy-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    balancer = HAProxyBalancer(
      folder: folder.pushing(FilePath(name)), launcher: try Launcher.located(), threads: 1,
      accessLog: accessLog.map { [folder] in folder.appending($0) })
  }

  /// Another control plane's end of it.
  func another() throws -> HAProxyBalancer {
    HAProxyBalancer(folder: balancer.folder, launcher: try Launcher.located(), threads: 1)
  }

  func apply(_ table: RoutingTable) async throws { try await balancer.apply(table) }
  func status(of parts: BalancerStatus.Parts) async throws -> BalancerStatus {
    try await balancer.status(of: parts)
  }
  func statusChange(after change: Int) async throws -> BalancerStatus {
    try await balancer.statusChange(after: change)
  }
  func waitUntilDrained(_ backends: [String], deadline: Date) async throws -> DrainOutcome {
    try await balancer.waitUntilDrained(backends, deadline: deadline)
  }
  func stop() async throws {
    try await balancer.stop()
    try? FileManager.default.removeItem(atPath: folder.string)
  }
}
