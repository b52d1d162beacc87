import Foundation
import QuenchBalancer

/// Where traffic is told to go, and what is known of it.
public protocol RoutePublisher: Sendable {
  /// Has all new requests go by these routes from the moment this returns.
  ///
  /// - Parameter reason: why the routes change, in words.
  /// - Throws: when that cannot be had; requests then go on by the routes before, or by these.
  func publish(_ routes: Routes, reason: String) async throws

  /// Whether requests still go by the routes that were published last: a balancer that was started anew has none.
  func isCurrent() async -> Bool

  /// Whether nothing carries traffic at all, so that there is nobody to be told where it goes.
  func isGone() async -> Bool

  /// Waits until no request is with these instances any more, to which no new ones go; at the deadline what is left is
  /// cut off.
  ///
  /// - Returns: how many were cut off.
  func waitUntilDrained(_ instances: [String], deadline: Date) async throws -> Int

  /// What these instances have answered since they were first routed to.
  func figures(of instances: [String]) async throws -> TrafficFigures

  /// What production was answered since the balancer started.
  func totals() async throws -> TrafficFigures
}

/// How many requests there were, how many of them had no proper answer or an error for one, and how long they took.
public struct TrafficFigures: Sendable, Hashable, Codable {
  /// The requests.
  public var requests: Int
  /// Those of them that had no proper answer: none, none that is HTTP, or one that was cut off.
  public var failures: Int
  /// Those of them that the service itself answered with a status of 500 or more.
  public var serverErrors: Int
  /// How long the answers took.
  public var latency: LatencyHistogram

  /// Describes figures.
  public init(
    requests: Int = 0, failures: Int = 0, serverErrors: Int = 0, latency: LatencyHistogram = LatencyHistogram()
  ) {
    self.requests = requests
    self.failures = failures
    self.serverErrors = serverErrors
    self.latency = latency
  }

  /// Reads figures; those of an earlier version have no server errors.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    requests = try keys.decode(Int.self, forKey: .requests)
    failures = try keys.decode(Int.self, forKey: .failures)
    serverErrors = try keys.decodeIfPresent(Int.self, forKey: .serverErrors) ?? 0
    latency = try keys.decode(LatencyHistogram.self, forKey: .latency)
  }

  /// The requests that whoever sent them got nothing good from.
  public var complaints: Int { failures + serverErrors }

  /// The share of requests that failed or were answered with an error, 0 to 1; 0 when there were none.
  public var complaintRate: Double { requests == 0 ? 0 : Double(complaints) / Double(requests) }

  /// The seconds that 99 of 100 answers took at most; nil when there were none.
  public var p99: Double? { latency.quantile(0.99) }

  /// What these have more than an earlier state of themselves; they themselves when a balancer has begun to count anew.
  public func since(_ earlier: TrafficFigures) -> TrafficFigures {
    guard requests >= earlier.requests else { return self }
    // HAProxy is asked for them at two moments, between which a failure may have been taken for one more or less.
    return TrafficFigures(
      requests: requests - earlier.requests, failures: max(0, failures - earlier.failures),
      serverErrors: max(0, serverErrors - earlier.serverErrors), latency: latency.since(earlier.latency))
  }

  /// All of both.
  public mutating func add(_ other: TrafficFigures) {
    requests += other.requests
    failures += other.failures
    serverErrors += other.serverErrors
    latency.add(other.latency)
  }
}
