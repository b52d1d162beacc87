import Foundation
import QuenchProcesses

/// What a routing table is in HAProxy's terms: frontends, pools of servers, and the servers.
///
/// For each listener there is a pool for each tier: its own servers, and those of the other tiers as backups, so that a
/// request that finds its server gone is given to the next tier within the same pool. Frontends choose the pool by
/// counting the healthy servers, in pools that nothing but checks goes to; there a server rises only when it has been
/// well for the route's hold time.
struct HAProxyLayout: Sendable {
  /// Which requests a chain of tiers is for: where some tiers take only safe ones, there are two.
  enum Lane: String, Sendable, CaseIterable {
    case all, safe
  }

  /// A tier within a lane of a listener.
  struct Step: Sendable {
    var tier: Tier
    /// The pool that serves it.
    var pool: String
    /// The pool that counts its healthy servers; nil where the serving one can be asked.
    var count: String?
    /// The variable that holds how many must be healthy; nil where one is enough.
    var need: (name: String, value: Int)?
    var ramp: Duration
  }

  /// One lane of a listener.
  struct Chain: Sendable {
    var lane: Lane
    var tiers: [Tier]
    var steps: [Step]
  }

  /// One listener.
  struct Front: Sendable {
    var listener: Listener
    var port: Int
    var route: Route
    var chains: [Chain]
    /// The pool that is used although nothing is healthy.
    var open: String?
    var certificate: String?
  }

  /// A backend of HAProxy's that servers are added to.
  struct Pool: Sendable {
    var name: String
    var transport: Listener.Transport
    /// Whether its checks ask for a path.
    var asksPath: Bool
    var retryAfter: Duration
    /// How long its stick table remembers that the tier was not well; nil for none.
    var remembers: Duration?
  }

  /// One server in a pool.
  struct Server: Sendable {
    var pool: String
    var name: ServerName
    var backend: Backend
    /// The address and options that it is added with.
    var options: String
    /// Whether it is of the pool's own tier.
    var isOwn: Bool
    var isChecked: Bool

    var path: String { "\(pool)/\(name)" }

    /// The administrative state that it is to have.
    var state: String {
      if case .known(false) = backend.check.probe { return "maint" }
      return backend.state == .active ? "ready" : "drain"
    }

    /// Whether it gets requests that may fail with it; where all is open, it has them whatever it does.
    var mayBeEjected: Bool { state == "ready" && !pool.hasSuffix(":open") }
  }

  let table: RoutingTable
  private(set) var fronts: [Front] = []
  private(set) var pools: [Pool] = []
  private(set) var servers: [Server] = []

  /// Lays a table out.
  ///
  /// - Parameter ports: the port of each listener, by id.
  init(_ table: RoutingTable, ports: [String: Int]) {
    self.table = table
    let routes = Dictionary(uniqueKeysWithValues: table.routes.map { ($0.id, $0) })
    for (index, listener) in table.listeners.enumerated() {
      guard let route = routes[listener.route] else { continue }
      addFront(listener, index, route, ports[listener.id] ?? listener.port)
    }
    addStandBys()
  }

  private mutating func addFront(_ listener: Listener, _ index: Int, _ route: Route, _ port: Int) {
    let isSplit = listener.transport == .http && route.tiers.contains { $0.accepts == .safe }
    var front = Front(listener: listener, port: port, route: route, chains: [])
    for lane in isSplit ? Lane.allCases : [.all] {
      let tiers = route.tiers.filter { lane == .safe || $0.accepts == .all }
      var chain = Chain(lane: lane, tiers: tiers, steps: [])
      for (position, tier) in tiers.enumerated() {
        chain.steps.append(addStep(front, "\(index)_\(position)", lane, tier, position, tiers))
        // Where nothing is to be counted, the first pool does it all: its backups are the other tiers.
        if chain.steps[0].count == nil { break }
      }
      front.chains.append(chain)
    }
    if route.failMode == .open, let tier = route.tiers.first(where: { !active($0).isEmpty && $0.accepts == .all }) {
      let pool = Pool(
        name: "\(listener.id):open", transport: listener.transport, asksPath: false, retryAfter: route.retryAfter)
      pools.append(pool)
      front.open = pool.name
      for backend in members(tier) { add(backend, tier.name, to: pool, isOwn: true, check: nil, ramp: .zero) }
    }
    if listener.certificate != nil { front.certificate = "certificate-\(index).pem" }
    fronts.append(front)
  }

  private mutating func addStep(
    _ front: Front, _ number: String, _ lane: Lane, _ tier: Tier, _ position: Int, _ tiers: [Tier]
  ) -> Step {
    let name = "\(front.listener.id):\(lane.rawValue):\(tier.name)", route = front.route
    let isLast = position == tiers.count - 1
    let asksPath = !tiers.contains { members($0).contains { $0.check.probe == .tcp } }
    let counts =
      tier.minimumHealthy > 1 || (!isLast && (route.hold > .zero || tier.ramp > .zero || tiers.count > 2))
    var pool = Pool(
      name: name, transport: front.listener.transport, asksPath: asksPath, retryAfter: route.retryAfter)
    pools.append(pool)
    for other in tiers {
      for backend in members(other) {
        add(backend, other.name, to: pool, isOwn: other.name == tier.name, check: backend.check, ramp: other.ramp)
      }
    }
    var step = Step(tier: tier, pool: name, ramp: .zero)
    guard counts else { return step }
    pool.name = name + ":count"
    if !isLast, tier.ramp > .zero {
      step.ramp = tier.ramp
      pool.remembers = tier.ramp
    }
    pools.append(pool)
    for backend in members(tier) {
      var check = backend.check
      // It is to have noticed what the serving pool has noticed.
      check.interval = check.transitionInterval
      if !isLast, route.hold > .zero {
        check.rise += min(10_000_000, Int((route.hold.seconds / check.transitionInterval.seconds).rounded(.up)))
      }
      add(backend, tier.name, to: pool, isOwn: true, check: check, ramp: .zero)
    }
    step.count = pool.name
    if tier.minimumHealthy > 1 {
      step.need = ("proc.need_\(number)_\(lane.rawValue)", max(1, min(tier.minimumHealthy, active(tier).count)))
    }
    return step
  }

  /// Backends that no listener reaches are checked all the same.
  private mutating func addStandBys() {
    let reached = Set(servers.map(\.backend.id))
    for asksPath in [true, false] {
      let pool = Pool(
        name: asksPath ? Self.standBy : Self.standBy + ":tcp", transport: .tcp, asksPath: asksPath, retryAfter: .zero)
      pools.append(pool)
      for backend in table.backends where !reached.contains(backend.id) && backend.check.asksPath == asksPath {
        add(backend, "none", to: pool, isOwn: true, check: backend.check, ramp: .zero)
      }
    }
  }

  /// The pool of those that no listener reaches.
  static let standBy = "quench:stand-by"

  private mutating func add(
    _ backend: Backend, _ tier: String, to pool: Pool, isOwn: Bool, check: HealthCheck?, ramp: Duration
  ) {
    let address = backend.host.contains(":") ? "[\(backend.host)]:\(backend.port)" : "\(backend.host):\(backend.port)"
    // Without the last two, HAProxy 2.6 opens a connection for each request to a server that was added while it runs.
    var words = [address, "pool-max-conn \(table.limits.idleBackendConnections)", "pool-purge-delay 5s"]
    if !isOwn { words.append("backup") }
    if ramp > .zero { words.append("slowstart \(ramp.milliseconds)ms") }
    var isChecked = false
    if let check, !check.isKnown {
      isChecked = true
      words.append(
        "check inter \(check.interval.milliseconds)ms fastinter \(check.transitionInterval.milliseconds)ms "
          + "downinter \(check.interval.milliseconds)ms rise \(check.rise) fall \(check.fall)")
      if table.ejection.failures > 0 { words.append("observe layer4 error-limit 1 on-error mark-down") }
    }
    let options = words.joined(separator: " ")
    servers.append(
      Server(
        pool: pool.name,
        name: ServerName(
          tier: tier, instance: backend.id, revision: backend.revision, options: options + backend.check.target),
        backend: backend, options: options, isOwn: isOwn, isChecked: isChecked))
  }

  private func members(_ tier: Tier) -> [Backend] {
    tier.backends.compactMap { id in table.backends.first { $0.id == id } }
  }

  private func active(_ tier: Tier) -> [Backend] { members(tier).filter { $0.state == .active } }
}

extension HealthCheck {
  /// What an HTTP check asks for; `/` where it asks for nothing.
  var target: String { if case .path(let path) = probe { path } else { "/" } }

  var asksPath: Bool { if case .path = probe { true } else { false } }

  var isKnown: Bool { if case .known = probe { true } else { false } }
}

extension Duration {
  /// Whole milliseconds, at least one.
  var milliseconds: Int { max(1, Int((seconds * 1000).rounded())) }
}
