import Foundation

/// How one backend is, and what it has answered.
public struct BackendStatus: Sendable, Equatable, Codable, Identifiable {
  /// What is known of a backend's health.
  public enum Health: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not checked yet.
    case unknown
    /// Its checks pass.
    case healthy
    /// Its checks fail.
    case unhealthy
    /// Requests failed with it, so it gets none for a while.
    case ejected
  }

  /// The instance's id.
  public var id: String
  /// The name of the first tier it is in; nil when no tier names it.
  public var tier: String?
  /// The commit it runs.
  public var revision: String
  /// Whether new requests may go to it; nil when it is no longer in the table.
  public var state: Backend.State?
  /// What is known of its health.
  public var health: Health
  /// Why its health is so, in words; nil for a healthy one.
  public var detail: String?
  /// Since when its health is so.
  public var since: Date
  /// The requests it is answering.
  public var inFlight: Int
  /// The open connections to it, those that nobody uses included.
  public var openConnections: Int
  /// What it answered itself, by class of status: `2xx`.
  public var statuses: [String: Int]
  /// The requests that failed with it, those that were then answered by another included.
  public var failures: Int
  /// How long its answers took.
  public var latency: LatencyHistogram

  /// Makes a backend's status.
  public init(
    id: String, tier: String?, revision: String, state: Backend.State?, health: Health, detail: String? = nil,
    since: Date, inFlight: Int = 0, openConnections: Int = 0, statuses: [String: Int] = [:], failures: Int = 0,
    latency: LatencyHistogram = LatencyHistogram()
  ) {
    self.id = id
    self.tier = tier
    self.revision = revision
    self.state = state
    self.health = health
    self.detail = detail
    self.since = since
    self.inFlight = inFlight
    self.openConnections = openConnections
    self.statuses = statuses
    self.failures = failures
    self.latency = latency
  }
}
