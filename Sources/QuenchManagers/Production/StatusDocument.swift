import Foundation
import QuenchBalancer
import QuenchInstances
import QuenchLedger
import QuenchProcesses

/// The wire form of how everything is, `quench.status/v1`.
public struct StatusDocument: Codable, Sendable {
  /// The schema's name and version.
  public static let schema = "quench.status/v1"

  /// One instance.
  public struct Member: Codable, Sendable, Equatable {
    /// The instance's id.
    public var id: String
    /// `running` or `stopped`.
    public var state: String
    /// `healthy`, `unhealthy`, `stopped` or `ended`.
    public var health: String
    /// The commit it runs.
    public var revision: String
    /// The port it listens on, on the loopback address.
    public var port: Int
    /// The service's process; nil when it does not run.
    public var pid: Int32?
    /// When it was first healthy.
    public var since: Date
    /// Where it answers.
    public var url: String

    /// Writes an instance down.
    public init(_ member: InstanceStatus) {
      let instance = member.instance
      let process = (try? LaunchedProcess(adopting: instance.folder.processRecord)).flatMap { $0.isRunning ? $0 : nil }
      id = instance.id
      state = process == nil ? "stopped" : "running"
      health = member.health.word
      revision = instance.revision
      port = instance.port
      pid = process?.process.pid
      since = instance.since
      url = instance.baseURL
    }

    private enum CodingKeys: String, CodingKey { case id, state, health, revision, port, pid, since, url }

    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(id, forKey: .id)
      try keys.encode(state, forKey: .state)
      try keys.encode(health, forKey: .health)
      try keys.encode(revision, forKey: .revision)
      try keys.encode(port, forKey: .port)
      try keys.encode(pid, forKey: .pid)
      try keys.encode(since, forKey: .since)
      try keys.encode(url, forKey: .url)
    }
  }

  /// An earlier build that is still up.
  public struct Retained: Codable, Sendable, Equatable {
    /// The commit.
    public var revision: String
    /// The build's digest.
    public var digest: String
    /// Since when it is retained.
    public var since: Date
    /// Its instances.
    public var instances: [Member]
  }

  /// One of the two sets.
  public struct Group: Codable, Sendable, Equatable {
    /// The commit it is on; nil where there is nothing.
    public var revision: String?
    /// The build's digest.
    public var digest: String?
    /// Its instances, without the retained ones.
    public var instances: [Member]
    /// Earlier builds that are still up.
    public var retained: [Retained]
    /// Whether it was stopped on purpose.
    public var stopped: Bool

    private enum CodingKeys: String, CodingKey { case revision, digest, instances, retained, stopped }

    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
      var keys = encoder.container(keyedBy: CodingKeys.self)
      try keys.encode(revision, forKey: .revision)
      try keys.encode(digest, forKey: .digest)
      try keys.encode(instances, forKey: .instances)
      try keys.encode(retained, forKey: .retained)
      try keys.encode(stopped, forKey: .stopped)
    }
  }

  /// The two sets.
  public struct Sets: Codable, Sendable, Equatable {
    /// The hot set.
    public var hot: Group
    /// The cold set.
    public var cold: Group
  }

  /// One address at which traffic arrives.
  public struct Entrance: Codable, Sendable, Equatable {
    /// `production` or `test`.
    public var `class`: String
    /// The address with its port.
    public var address: String
    /// The tier that serves there; nil while nobody does.
    public var serving: String?
    /// Whether connections there speak TLS; nil in what an earlier version has written.
    public var tls: Bool?
    /// When the certificate in use there expires; nil without TLS.
    public var certificateExpires: Date?
    /// Why the certificate that stands in its place now is not in use; nil when it is.
    public var certificateRefusal: String?

    private enum CodingKeys: String, CodingKey {
      case `class`, address, serving, tls
      case certificateExpires = "certificate_expires"
      case certificateRefusal = "certificate_refusal"
    }
  }

  /// The balancer.
  public struct Traffic: Codable, Sendable, Equatable {
    /// What carries the traffic.
    public var engine: String
    /// The addresses at which traffic arrives.
    public var listeners: [Entrance]
    /// How often traffic was switched.
    public var switches: Int
    /// The requests that came.
    public var requests: Int
    /// Those of them that had no proper answer.
    public var failed: Int
    /// Those of them that the service itself answered with an error.
    public var serverErrors: Int
    /// Those of them that were sent more than once, because a connection or an instance had gone.
    public var retried: Int

    private enum CodingKeys: String, CodingKey {
      case engine, listeners, switches, requests, failed, retried
      case serverErrors = "server_errors"
    }

    init(_ status: BalancerStatus) {
      engine = status.engine
      listeners = status.listeners.map {
        Entrance(
          class: $0.trafficClass.rawValue, address: $0.address, serving: $0.serving?.tier, tls: $0.tls != nil,
          certificateExpires: $0.tls?.expires, certificateRefusal: $0.tls?.refusal)
      }
      switches = status.switches.count
      requests = status.requests
      failed = status.failed
      serverErrors = status.serverErrors
      retried = status.retried
    }
  }

  /// The schema's name and version.
  public var schema: String
  /// `hot-warm` or `hot-hot`.
  public var mode: String
  /// The two sets.
  public var sets: Sets
  /// The balancer; nil when it cannot be asked.
  public var balancer: Traffic?
  /// The promotion under way; nil when there is none.
  public var promotion: PromotionDocument?
  /// The promotions and rollbacks that wait for their turn, the first to come first.
  public var waiting: [PromotionDocument]
  /// The freeze that holds; nil when none does.
  public var freeze: Freeze?
  /// How what is live came there although the gate refused it; nil when the gate let it pass.
  public var override: Override?
  /// Whether what is promoted was served since whoever looks after production began to.
  public var ready: Bool

  init(
    mode: String, cold: ColdStatus, hot: HotStatus?, balancer: BalancerStatus?, promotion: PromotionDocument?,
    waiting: [PromotionDocument], override: Override?, freeze: Freeze?, ready: Bool
  ) {
    schema = Self.schema
    self.mode = mode
    sets = Sets(
      hot: Group(
        revision: hot?.revision, digest: hot?.digest, instances: (hot?.members ?? []).map(Member.init),
        retained: (hot?.retained ?? []).map {
          Retained(
            revision: $0.revision, digest: $0.digest, since: $0.since, instances: $0.members.map(Member.init))
        }, stopped: false),
      cold: Group(
        revision: cold.live?.build.revision, digest: cold.live?.build.digest,
        instances: (cold.live?.members ?? []).map(Member.init),
        retained: cold.others.map {
          Retained(
            revision: $0.build.revision, digest: $0.build.digest, since: $0.since,
            instances: $0.members.map(Member.init))
        }, stopped: cold.isStopped))
    self.balancer = balancer.map(Traffic.init)
    self.promotion = promotion
    self.waiting = waiting
    self.freeze = freeze
    self.override = override
    self.ready = ready
  }

  private enum CodingKeys: String, CodingKey {
    case schema, mode, sets, balancer, promotion, waiting, freeze, override, ready
  }

  /// Writes every key, with `null` for what is not there.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(schema, forKey: .schema)
    try keys.encode(mode, forKey: .mode)
    try keys.encode(sets, forKey: .sets)
    try keys.encode(balancer, forKey: .balancer)
    try keys.encode(promotion, forKey: .promotion)
    try keys.encode(waiting, forKey: .waiting)
    try keys.encode(freeze, forKey: .freeze)
    try keys.encode(override, forKey: .override)
    try keys.encode(ready, forKey: .ready)
  }
}
