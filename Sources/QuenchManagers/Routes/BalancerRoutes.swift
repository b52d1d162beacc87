import Foundation
import QuenchBalancer
import QuenchConfiguration

/// Routes as a balancer's routing tables.
public actor BalancerRoutes: RoutePublisher {
  private let balancer: any Balancer
  private let configuration: @Sendable () async throws -> Configuration
  private var version = 0

  /// Makes routes for a balancer.
  ///
  /// - Parameter configuration: reads this host's configuration.
  public init(balancer: any Balancer, configuration: @escaping @Sendable () async throws -> Configuration) {
    self.balancer = balancer
    self.configuration = configuration
  }

  /// Hands the balancer a table that is newer than all before it, also those of earlier processes.
  public func publish(_ routes: Routes, reason: String) async throws {
    let table = RoutePlan(try await configuration()).table(for: routes, version: try await next(), reason: reason)
    do {
      try await balancer.apply(table)
    } catch let error as BalancerError where error.code == .tableOutdated {
      // Another process has told it something since; this one owns the sets, so its word counts.
      version = 0
      var table = table
      table.version = try await next()
      try await balancer.apply(table)
    }
  }

  /// Whether the balancer has the table that it was handed last.
  public func isCurrent() async -> Bool {
    guard version > 0 else { return false }
    let known = version
    return (try? await balancer.status(of: []).tableVersion) == known
  }

  /// Whether no balancer answers, asked twice: a connection may break while one goes on.
  public func isGone() async -> Bool {
    for _ in 0..<2 {
      do {
        _ = try await balancer.status(of: [])
        return false
      } catch let error as BalancerError where error.code == .unreachable {
        continue
      } catch {
        return false
      }
    }
    return true
  }

  /// Counts up from what the balancer has; one that does not run yet has nothing.
  private func next() async throws -> Int {
    if version == 0 { version = (try? await balancer.status(of: []).tableVersion) ?? 0 }
    version += 1
    return version
  }

  /// Asks the balancer.
  public func waitUntilDrained(_ instances: [String], deadline: Date) async throws -> Int {
    guard !instances.isEmpty else { return 0 }
    return switch try await balancer.waitUntilDrained(instances, deadline: deadline) {
    case .drained: 0
    case .cutOff(let count): count
    }
  }

  /// Asks the balancer.
  public func figures(of instances: [String]) async throws -> TrafficFigures {
    let wanted = Set(instances)
    return try await balancer.status(of: .backends).backends.filter { wanted.contains($0.id) }.reduce(
      into: TrafficFigures()
    ) {
      $0.add(
        TrafficFigures(
          requests: $1.statuses.values.reduce(0, +) + $1.failures, failures: $1.failures,
          serverErrors: $1.statuses["5xx", default: 0], latency: $1.latency))
    }
  }

  /// Asks the balancer.
  public func totals() async throws -> TrafficFigures {
    try await balancer.status(of: .traffic).traffic.filter { $0.trafficClass == .production }.reduce(
      into: TrafficFigures()
    ) {
      $0.add(
        TrafficFigures(
          requests: $1.requests, failures: $1.failed, serverErrors: $1.serverErrors, latency: $1.latency))
    }
  }
}
