import Foundation

/// How a balancer is, and what it has done since it started (`quench.balancer-status/v1`).
public struct BalancerStatus: Sendable, Equatable, Codable {
  /// The format's name and version.
  public static let schema = "quench.balancer-status/v1"

  /// The format's name and version.
  public var schema: String
  /// The engine's name: `embedded`, `haproxy`.
  public var engine: String
  /// The process that balances.
  public var pid: Int
  /// When it started; its counters begin there.
  public var since: Date
  /// Counts up with each change that ``Balancer/statusChange(after:)`` tells.
  public var change: Int
  /// The version of the table that counts; 0 before the first.
  public var tableVersion: Int
  /// The addresses it listens at, and who serves there.
  public var listeners: [ListenerStatus]
  /// The backends of the table, and earlier ones that requests are still with.
  public var backends: [BackendStatus]
  /// What was answered, by class, tier and revision.
  public var traffic: [TrafficStatus]
  /// The changes of who serves.
  public var switches: SwitchRecord
  /// The requests that came; with transport `tcp`, connections.
  public var requests: Int
  /// Those of them that had no proper answer, on the way or from a backend: clients that left, requests refused as wrong
  /// and errors that the service itself answered do not count.
  public var failed: Int
  /// The requests refused as wrong, too large or too slow; they are not in ``requests``.
  public var refused: Int
  /// The requests sent more than once.
  public var retried: Int
  /// The clients' open connections.
  public var connections: Int

  /// The parts of a status that grow with what there is to tell.
  public struct Parts: OptionSet, Sendable, Codable {
    /// The parts as bits.
    public let rawValue: Int
    /// Makes parts of bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// ``BalancerStatus/backends``.
    public static let backends = Parts(rawValue: 1)
    /// ``BalancerStatus/traffic``.
    public static let traffic = Parts(rawValue: 2)
    /// ``BalancerStatus/switches``.
    public static let switches = Parts(rawValue: 4)
    /// Everything.
    public static let all: Parts = [.backends, .traffic, .switches]
  }

  /// The answers of the service itself whose status is 500 or more.
  public var serverErrors: Int { traffic.map(\.serverErrors).reduce(0, +) }

  /// Makes a status.
  public init(
    engine: String, pid: Int, since: Date, change: Int, tableVersion: Int, listeners: [ListenerStatus] = [],
    backends: [BackendStatus] = [], traffic: [TrafficStatus] = [], switches: SwitchRecord = SwitchRecord(),
    requests: Int = 0, failed: Int = 0, refused: Int = 0, retried: Int = 0, connections: Int = 0
  ) {
    schema = Self.schema
    self.engine = engine
    self.pid = pid
    self.since = since
    self.change = change
    self.tableVersion = tableVersion
    self.listeners = listeners
    self.backends = backends
    self.traffic = traffic
    self.switches = switches
    self.requests = requests
    self.failed = failed
    self.refused = refused
    self.retried = retried
    self.connections = connections
  }
}

/// One address that a balancer listens at.
public struct ListenerStatus: Sendable, Equatable, Codable, Identifiable {
  /// The listener's name.
  public var id: String
  /// Whom it serves.
  public var trafficClass: TrafficClass
  /// The address.
  public var host: String
  /// The port, never 0.
  public var port: Int
  /// Who serves its traffic; nil while nobody does.
  public var serving: Serving?
  /// How it speaks TLS; nil where connections are plain.
  public var tls: TLSStatus?

  /// The address with its port, an IPv6 address in brackets.
  public var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Makes a listener's status.
  public init(
    id: String, trafficClass: TrafficClass, host: String, port: Int, serving: Serving?, tls: TLSStatus? = nil
  ) {
    self.id = id
    self.trafficClass = trafficClass
    self.host = host
    self.port = port
    self.serving = serving
    self.tls = tls
  }
}

/// Who serves a class of traffic.
public struct Serving: Sendable, Hashable, Codable {
  /// The name of the tier in use.
  public var tier: String
  /// Its backends that take requests, by id, sorted.
  public var backends: [String]
  /// The revisions that they run, sorted, each once.
  public var revisions: [String]

  /// Makes it, sorted.
  public init(tier: String, backends: [String], revisions: [String]) {
    self.tier = tier
    self.backends = backends.sorted()
    self.revisions = Set(revisions).sorted()
  }
}
