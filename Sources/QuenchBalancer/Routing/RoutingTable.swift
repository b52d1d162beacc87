import Foundation

/// All that a balancer has to know, as one value that takes effect as a whole (`quench.routing-table/v1`).
///
/// Lengths of time stand in JSON as seconds.
public struct RoutingTable: Sendable, Equatable, Codable {
  /// The format's name and version.
  public static let schema = "quench.routing-table/v1"

  /// Counts up from 1; a balancer takes no table older than the one it has.
  public var version: Int
  /// Why there is a new table, in words for the record of switches that it makes: `promotion 12`.
  public var reason: String?
  /// The addresses to accept connections at.
  public var listeners: [Listener]
  /// Where their traffic goes.
  public var routes: [Route]
  /// The instances that routes name, and those that stand by.
  public var backends: [Backend]
  /// When failures in traffic take a backend out.
  public var ejection: PassiveEjection
  /// How much each side may ask for.
  public var limits: Limits
  /// How long each side may take.
  public var timeouts: Timeouts
  /// How many requests may be tried again.
  public var retries: RetryBudget
  /// Whether requests are written to the access log, where the balancer has one.
  public var logsAccess: Bool

  /// Makes a table.
  public init(
    version: Int, reason: String? = nil, listeners: [Listener] = [], routes: [Route] = [], backends: [Backend] = [],
    ejection: PassiveEjection = PassiveEjection(), limits: Limits = Limits(), timeouts: Timeouts = Timeouts(),
    retries: RetryBudget = RetryBudget(), logsAccess: Bool = true
  ) {
    self.version = version
    self.reason = reason
    self.listeners = listeners
    self.routes = routes
    self.backends = backends
    self.ejection = ejection
    self.limits = limits
    self.timeouts = timeouts
    self.retries = retries
    self.logsAccess = logsAccess
  }

  private enum CodingKeys: String, CodingKey {
    case schema, version, reason, listeners, routes, backends, ejection, limits, timeouts, retries, logsAccess
  }

  /// Reads a table and holds it against its rules.
  ///
  /// - Throws: `DecodingError`, or `BalancerError` with code `table-invalid`.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try keys.decode(String.self, forKey: .schema)
    guard schema == Self.schema else {
      throw BalancerError(.tableInvalid, "a routing table of format \(schema) instead of \(Self.schema)")
    }
    version = try keys.decode(Int.self, forKey: .version)
    reason = try keys.decodeIfPresent(String.self, forKey: .reason)
    listeners = try keys.decode([Listener].self, forKey: .listeners)
    routes = try keys.decode([Route].self, forKey: .routes)
    backends = try keys.decode([Backend].self, forKey: .backends)
    ejection = try keys.decode(PassiveEjection.self, forKey: .ejection)
    limits = try keys.decode(Limits.self, forKey: .limits)
    timeouts = try keys.decode(Timeouts.self, forKey: .timeouts)
    retries = try keys.decode(RetryBudget.self, forKey: .retries)
    logsAccess = try keys.decodeIfPresent(Bool.self, forKey: .logsAccess) ?? true
    try validate()
  }

  /// Writes the table, its format's name first.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(Self.schema, forKey: .schema)
    try keys.encode(version, forKey: .version)
    try keys.encodeIfPresent(reason, forKey: .reason)
    try keys.encode(listeners, forKey: .listeners)
    try keys.encode(routes, forKey: .routes)
    try keys.encode(backends, forKey: .backends)
    try keys.encode(ejection, forKey: .ejection)
    try keys.encode(limits, forKey: .limits)
    try keys.encode(timeouts, forKey: .timeouts)
    try keys.encode(retries, forKey: .retries)
    try keys.encode(logsAccess, forKey: .logsAccess)
  }
}
