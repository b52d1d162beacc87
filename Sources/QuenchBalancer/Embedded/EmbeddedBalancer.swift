import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import QuenchInstances
import QuenchProcesses
import SystemPackage

/// The balancer on SwiftNIO, in the process that makes it.
///
/// The actor decides who takes requests; event loops carry them by the plan they were given last, and never wait for
/// it.
public actor EmbeddedBalancer: Balancer {
  /// `embedded`.
  public nonisolated let engine = "embedded"

  let since = Date()
  private let group: MultiThreadedEventLoopGroup
  let loops: [NIOLoopBound<TrafficLoop>]
  private let connections = ConnectionCounts()
  private let log: AccessLog?
  private let notices: AsyncStream<TrafficLoop.Notice>
  private var noticing: Task<Void, Never>?

  var table: RoutingTable?
  var listeners: [BoundListener] = []
  var certificates: [Listener.Certificate: CertificateTrack] = [:]
  var watching: Task<Void, Never>?
  var tracks: [BackendKey: HealthTrack] = [:]
  var monitors: [BackendKey: Task<Void, Never>] = [:]
  var confirming: Set<BackendKey> = []
  private var addresses: [BackendKey: SocketAddress] = [:]
  private var selectors: [String: RouteSelector] = [:]
  private var selections: [String: RouteSelection] = [:]
  private var holding: Task<Void, Never>?
  private var applying: Task<Void, any Error>?
  var serving: [String: Serving] = [:]
  var switches = SwitchRecord()
  var change = 0
  var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
  var nextWatcher = 0
  var isStopping = false
  private var isShutDown = false

  /// Makes a balancer that listens nowhere until it gets a table.
  ///
  /// - Parameters:
  ///   - eventLoops: the threads that carry traffic.
  ///   - accessLog: the file that gets a line of JSON for each request; nil for none.
  ///   - isPreferred: whether its threads go before others where this process may ask for that.
  /// - Throws: `BalancerError` with code `log-unwritable`.
  public init(eventLoops: Int = 1, accessLog: FilePath? = nil, isPreferred: Bool = false) async throws {
    log = try accessLog.map { path throws(BalancerError) in try AccessLog(path: path) }
    group = ThreadPriority.preferred(if: isPreferred) {
      MultiThreadedEventLoopGroup(numberOfThreads: max(1, eventLoops))
    }
    let (notices, continuation) = AsyncStream.makeStream(
      of: TrafficLoop.Notice.self, bufferingPolicy: .bufferingNewest(256))
    self.notices = notices
    var loops: [NIOLoopBound<TrafficLoop>] = []
    for loop in group.makeIterator() {
      let log = log
      loops.append(
        try await loop.submit {
          NIOLoopBound(TrafficLoop(eventLoop: loop, log: log) { continuation.yield($0) }, eventLoop: loop)
        }.get())
    }
    self.loops = loops
  }

  /// Makes a table the one that counts; see ``Balancer/apply(_:)``.
  public func apply(_ table: RoutingTable) async throws {
    let previous = applying
    let task = Task {
      _ = await previous?.result
      try await applyNext(table)
    }
    applying = task
    try await task.value
  }

  private func applyNext(_ new: RoutingTable) async throws {
    try new.validate()
    guard !isStopping else { throw BalancerError(.unreachable, "the balancer is stopping") }
    if let table {
      if new == table { return }
      guard new.version > table.version else {
        throw BalancerError(
          .tableOutdated,
          new.version == table.version
            ? "the balancer has another table of version \(table.version)"
            : "the balancer has table \(table.version), which is newer than \(new.version)", remedy: "quench status")
      }
    }
    let certificates = try await loadCertificates(of: new)
    let terms = try new.listeners.map { try self.terms(of: $0, certificates) }
    let addresses = try await resolve(new.backends)
    var bound: [BoundListener] = [], opened: [BoundListener] = []
    do {
      for entry in terms {
        if let known = listeners.first(where: { $0.serves(entry.listener) }) {
          bound.append(known)
        } else {
          opened.append(
            try await BoundListener.bind(entry, on: loops, group: group, connections: connections))
          bound.append(opened[opened.count - 1])
        }
      }
    } catch {
      for listener in opened { await listener.close() }
      throw error
    }
    let checked = await firstChecks(new.backends.filter { tracks[BackendKey($0)] == nil })
    let closed = listeners.filter { old in !new.listeners.contains { old.serves($0) } }
    let removed = Set(tracks.keys).subtracting(new.backends.map(BackendKey.init))
    for (listener, entry) in zip(bound, terms) { listener.terms.withLockedValue { $0 = entry } }
    self.certificates = certificates
    commit(new, addresses: addresses, checked: checked)
    listeners = bound
    watchCertificates()
    connections.setLimit(new.limits.connections)
    try await install()
    for listener in opened { try await listener.open() }
    for listener in closed { await listener.close() }
    if !removed.isEmpty { cutOffLater(removed, after: new.timeouts.drain) }
    noticing =
      noticing
      ?? Task { [weak self, notices] in
        for await notice in notices { await self?.noticed(notice) }
      }
  }

  /// Makes the table the present one, all at once as far as anybody can see.
  private func commit(
    _ new: RoutingTable, addresses: [BackendKey: SocketAddress], checked: [BackendKey: HealthTrack]
  ) {
    let old = table
    table = new
    self.addresses = addresses
    let keys = Set(new.backends.map(BackendKey.init))
    for key in tracks.keys where !keys.contains(key) {
      tracks[key] = nil
      monitors.removeValue(forKey: key)?.cancel()
    }
    tracks.merge(checked) { present, _ in present }
    let checks = Dictionary(
      uniqueKeysWithValues: (old?.backends ?? []).map { (BackendKey($0), $0.check) })
    for backend in new.backends where checks[BackendKey(backend)] != backend.check { monitor(backend) }
    let routes = Set(new.routes.map(\.id))
    selectors = selectors.filter { routes.contains($0.key) }
    let others = new.routes.filter { route in
      old.map { preferredRevisions(of: route.id, in: $0) != preferredRevisions(of: route.id, in: new) } ?? true
    }
    decide(.table, new.reason ?? "table \(new.version)", skippingHold: Set(others.map(\.id)))
    changed()
  }

  /// What a route's first tier is to run: when that changes, the traffic follows at once.
  private func preferredRevisions(of route: String, in table: RoutingTable) -> Set<String> {
    let ids = Set(table.routes.first { $0.id == route }?.tiers.first?.backends ?? [])
    return Set(table.backends.filter { ids.contains($0.id) }.map(\.revision))
  }

  /// Decides anew who takes requests, and records what that changed.
  func decide(_ reason: TrafficSwitch.Reason, _ detail: String, skippingHold: Set<String> = []) {
    guard let table else { return }
    let active = Set(table.backends.filter { $0.state == .active }.map(\.id)), usable = usable
    var due: NIODeadline?
    for route in table.routes {
      var selector = selectors[route.id] ?? RouteSelector()
      selections[route.id] = selector.select(
        route, usable: usable, active: active, skipsHold: skippingHold.contains(route.id), now: .now())
      selectors[route.id] = selector
      if let next = selector.nextChange { due = due.map { min($0, next) } ?? next }
    }
    for listener in table.listeners { record(listener, table, usable, active, reason, detail) }
    let present = Set(table.listeners.map(\.id))
    serving = serving.filter { present.contains($0.key) }
    holding?.cancel()
    holding = due.map { due in
      Task { [weak self] in
        try? await Task.sleep(for: .nanoseconds((due - .now()).nanoseconds))
        guard !Task.isCancelled else { return }
        await self?.holdEnded()
      }
    }
  }

  private func holdEnded() {
    decide(.recovered, "the preferred tier has been well for the hold time")
    publish()
  }

  private func record(
    _ listener: Listener, _ table: RoutingTable, _ usable: Set<String>, _ active: Set<String>,
    _ reason: TrafficSwitch.Reason, _ detail: String
  ) {
    let before = serving[listener.id]
    var now: Serving?
    if let route = table.routes.first(where: { $0.id == listener.route }), let selection = selections[route.id],
      let index = selection.all ?? selection.safe
    {
      let healthy = route.tiers[index].backends.filter(usable.contains)
      let ids = healthy.isEmpty ? route.tiers[index].backends.filter(active.contains) : healthy
      let revisions = table.backends.filter { ids.contains($0.id) }.map(\.revision)
      now = Serving(tier: route.tiers[index].name, backends: ids, revisions: revisions)
    }
    guard before != now else { return }
    serving[listener.id] = now
    switches.add(
      TrafficSwitch(
        number: 0, listener: listener.id, trafficClass: listener.trafficClass, from: before, to: now, reason: reason,
        detail: detail, at: Date()))
    changed()
  }

  /// The ids of the backends that may get requests.
  private var usable: Set<String> {
    Set(
      (table?.backends ?? []).filter { $0.state == .active && tracks[BackendKey($0)]?.health == .healthy }
        .map(\.id))
  }

  /// Hands the present plan to all event loops, each of which goes by it as soon as its turn comes.
  @discardableResult func publish() -> [EventLoopFuture<Void>] {
    guard let table else { return [] }
    var recovered: [String: NIODeadline] = [:]
    for backend in table.backends { recovered[backend.id] = tracks[BackendKey(backend)]?.recovered }
    let plan = RoutingPlan(
      table: table, addresses: addresses, usable: usable, recovered: recovered, selections: selections,
      isStopping: isStopping)
    return loops.map { loop in loop.eventLoop.submit { loop.value.install(plan) } }
  }

  /// Hands out the present plan, and returns when every event loop goes by it.
  func install() async throws {
    for installed in publish() { try await installed.get() }
  }

  /// Asks every event loop.
  func onLoops<Value: Sendable>(_ body: @escaping @Sendable (TrafficLoop) -> Value) async throws -> [Value] {
    guard !isShutDown else { throw BalancerError(.unreachable, "the balancer has stopped") }
    let asked = loops.map { loop in loop.eventLoop.submit { body(loop.value) } }
    var values: [Value] = []
    for answer in asked { values.append(try await answer.get()) }
    return values
  }

  private func resolve(_ backends: [Backend]) async throws -> [BackendKey: SocketAddress] {
    try await NIOThreadPool.singleton.runIfActive {
      var addresses: [BackendKey: SocketAddress] = [:]
      for backend in backends {
        do {
          addresses[BackendKey(backend)] = try .makeAddressResolvingHost(backend.host, port: backend.port)
        } catch {
          throw BalancerError(
            .tableInvalid, "backend \(backend.id)'s host \(backend.host) has no address",
            remedy: "getent hosts \(backend.host)", cause: error)
        }
      }
      return addresses
    }
  }

  /// Ends the event loops and all that is on them.
  func shutDown() async throws {
    noticing?.cancel()
    holding?.cancel()
    watching?.cancel()
    for monitor in monitors.values { monitor.cancel() }
    monitors = [:]
    _ = try await onLoops { $0.shutDown() }
    isShutDown = true
    try await group.shutdownGracefully()
    log?.finish()
  }
}
