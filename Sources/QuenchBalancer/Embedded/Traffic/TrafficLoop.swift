import NIOCore
import NIOPosix
import QuenchInstances
import QuenchProcesses

/// One event loop's share of the traffic: its clients, its connections to backends, its counts.
///
/// It is used on its event loop alone.
final class TrafficLoop {
  /// What an event loop tells the balancer of a backend.
  enum Notice: Sendable {
    /// A connection was refused or could not be made in time.
    case unreachable(BackendKey, String)
    /// So many requests in a row failed with it.
    case failing(BackendKey, Int, String)
  }

  let eventLoop: any EventLoop
  private let accessLog: AccessLog?
  /// The access log, as long as the table wants one.
  private(set) var log: AccessLog?
  private let notify: @Sendable (Notice) -> Void

  private(set) var limits = Limits()
  private(set) var times = TrafficTimes(Timeouts())
  private(set) var retries = RetryBudget()
  private(set) var ejectionFailures = 0
  private(set) var isStopping = false
  private var listeners: [String: ListenerTraffic] = [:]
  private var pools: [BackendKey: BackendPool] = [:]
  private var counters: [TrafficKey: TrafficCounters] = [:]

  private var clients: [ClientConnection] = []
  private var whenEmpty: [EventLoopPromise<Void>] = []
  private var ticking: Scheduled<Void>?
  private var buffers: [ByteBuffer] = []
  var random = FastRandom()
  var fields: [HeadField] = []
  var scratch = ByteBufferAllocator().buffer(capacity: 4096)
  var totals = LoopTotals()
  /// The requests under way, and those of them that are retries.
  var active = 0
  var retrying = 0
  /// The clients whose TLS handshake is under way.
  var handshaking = 0

  init(eventLoop: any EventLoop, log: AccessLog?, notify: @escaping @Sendable (Notice) -> Void) {
    self.eventLoop = eventLoop
    accessLog = log
    self.notify = notify
  }

  /// Goes by a plan from now on; requests under way end where they are.
  func install(_ plan: RoutingPlan) {
    let table = plan.table
    let tick = times.tick
    limits = table.limits
    times = TrafficTimes(table.timeouts)
    retries = table.retries
    ejectionFailures = table.ejection.failures
    isStopping = plan.isStopping
    log = table.logsAccess ? accessLog : nil
    let active = Dictionary(
      uniqueKeysWithValues: table.backends.filter { $0.state == .active }.map { (BackendKey($0), $0) })
    for pool in pools.values {
      pool.isActive = active[pool.key] != nil && !isStopping
      if !pool.isActive { pool.closeIdle(unusedSince: .distantFuture) }
    }
    pools = pools.filter { $0.value.isActive || $0.value.inFlight > 0 || $0.value.openConnections > 0 }
    let routes = Dictionary(uniqueKeysWithValues: table.routes.map { ($0.id, $0) })
    let backends = Dictionary(uniqueKeysWithValues: table.backends.map { ($0.id, $0) })
    var present: Set<String> = []
    for listener in table.listeners {
      present.insert(listener.id)
      let traffic = self.traffic(of: listener)
      traffic.transport = listener.transport
      traffic.isSecure = listener.certificate != nil
      traffic.route = routes[listener.route].map { makeRoute($0, listener.trafficClass, backends, plan) }
    }
    for (id, traffic) in listeners where !present.contains(id) {
      traffic.route = nil
      listeners[id] = nil
    }
    forgetOldCounters()
    if ticking == nil || times.tick != tick { scheduleTick() }
    if isStopping { for client in clients { client.closeIfIdle() } }
  }

  private func makeRoute(
    _ route: Route, _ trafficClass: TrafficClass, _ backends: [String: Backend], _ plan: RoutingPlan
  ) -> RouteTraffic {
    let selection = plan.selections[route.id] ?? RouteSelection()
    let isOpen = route.failMode == .open
    let tiers = route.tiers.enumerated().map { index, tier in
      let active = tier.backends.compactMap { backends[$0] }.filter { $0.state == .active }
      let usable = active.filter { plan.usable.contains($0.id) }
      let mayFailOpen = isOpen && usable.isEmpty && (index == selection.all || index == selection.safe)
      return RouteTraffic.Tier(
        name: tier.name, accepts: tier.accepts, ramp: tier.ramp.timeAmount,
        candidates: (mayFailOpen ? active : usable).compactMap { backend in
          pool(of: backend, plan).map { pool in
            RouteTraffic.Candidate(
              pool: pool,
              counters: counters(
                TrafficKey(trafficClass: trafficClass, tier: tier.name, revision: backend.revision)),
              recovered: plan.recovered[backend.id])
          }
        })
    }
    return RouteTraffic(
      tiers: tiers, selection: selection, retryAfter: Int(route.retryAfter.seconds.rounded(.up)))
  }

  private func pool(of backend: Backend, _ plan: RoutingPlan) -> BackendPool? {
    let key = BackendKey(backend)
    if let pool = pools[key] { return pool }
    guard let address = plan.addresses[key] else { return nil }
    let pool = BackendPool(key, address: address)
    pools[key] = pool
    return pool
  }

  private func counters(_ key: TrafficKey) -> TrafficCounters {
    if let known = counters[key] { return known }
    let new = TrafficCounters(key)
    counters[key] = new
    return new
  }

  /// A long life under many revisions must not fill the memory; the counts of those no longer served go first.
  private func forgetOldCounters() {
    guard counters.count > 256 else { return }
    let served = Set(pools.keys.map(\.revision) + ["none"])
    counters = counters.filter { served.contains($0.key.revision) }
  }

  /// The listener's traffic, made when it is new.
  func traffic(of listener: Listener) -> ListenerTraffic {
    if let known = listeners[listener.id], known.trafficClass == listener.trafficClass { return known }
    let none = TrafficKey(
      trafficClass: listener.trafficClass, tier: TrafficStatus.nobody, revision: TrafficStatus.nobody)
    let new = ListenerTraffic(listener, unserved: counters(none))
    listeners[listener.id] = new
    return new
  }

  // MARK: Clients

  func add(_ client: ClientConnection) {
    client.placeInLoop = clients.count
    clients.append(client)
  }

  func remove(_ client: ClientConnection) {
    let place = client.placeInLoop
    guard place >= 0 else { return }
    client.placeInLoop = -1
    let last = clients.removeLast()
    if last !== client {
      clients[place] = last
      last.placeInLoop = place
    }
    if clients.isEmpty {
      for promise in whenEmpty { promise.succeed() }
      whenEmpty = []
    }
  }

  /// Makes room for a handshake where too many are under way: the client that has taken the longest goes.
  func limitHandshakes() {
    guard handshaking > limits.handshakes else { return }
    clients.filter { $0.phase == .handshake }.min { $0.deadline < $1.deadline }?.close()
  }

  /// Tells when the last client has gone.
  func whenClientsAreGone() -> EventLoopFuture<Void> {
    if clients.isEmpty { return eventLoop.makeSucceededVoidFuture() }
    let promise = eventLoop.makePromise(of: Void.self)
    whenEmpty.append(promise)
    return promise.futureResult
  }

  /// Ends all that is left: clients, unused connections, and the looking at deadlines.
  func shutDown() {
    ticking?.cancel()
    for client in clients { client.cutOff() }
    makeRoom()
  }

  private func scheduleTick() {
    ticking?.cancel()
    ticking = eventLoop.assumeIsolated().scheduleTask(in: times.tick) {
      self.tick()
      self.scheduleTick()
    }
  }

  private func tick() {
    let now = NIODeadline.now()
    var index = clients.count - 1
    while index >= 0 {
      if index < clients.count, clients[index].deadline <= now { clients[index].expire() }
      index -= 1
    }
    for pool in pools.values { pool.closeIdle(unusedSince: now - times.keepAliveIdle) }
    accessLog?.flush()
  }

  // MARK: Backends

  /// Tells when no request is with these backends; ids that are unknown here are drained.
  func whenDrained(_ ids: Set<String>) -> EventLoopFuture<Void> {
    let waiting = pools.values.filter { ids.contains($0.key.id) }.map { $0.whenDrained(on: eventLoop) }
    return .andAllSucceed(waiting, on: eventLoop)
  }

  /// Ends what is under way with these backends, and tells how much that was.
  func cutOff(_ ids: Set<String>) -> Int {
    pools.values.filter { ids.contains($0.key.id) }.reduce(0) { $0 + $1.cutOff() }
  }

  /// Ends what is under way with backends that are not in the table any more.
  func cutOff(_ keys: Set<BackendKey>) {
    for pool in pools.values where keys.contains(pool.key) && !pool.isActive { _ = pool.cutOff() }
  }

  /// Closes the connections to backends that nobody uses, so that others can be made.
  func makeRoom() {
    for pool in pools.values { pool.closeIdle(unusedSince: .distantFuture) }
  }

  func noticeUnreachable(_ pool: BackendPool, _ reason: String) {
    let now = NIODeadline.now()
    pool.failures += 1
    guard pool.suspectUntil <= now else { return }
    pool.suspectUntil = now + .seconds(1)
    notify(.unreachable(pool.key, reason))
  }

  func noticeFailure(_ pool: BackendPool, _ reason: String) {
    pool.failures += 1
    pool.failuresInRow += 1
    guard ejectionFailures > 0, pool.failuresInRow >= ejectionFailures else { return }
    notify(.failing(pool.key, pool.failuresInRow, reason))
    pool.failuresInRow = 0
  }

  // MARK: Memory

  /// An empty buffer for a request's head.
  func takeBuffer() -> ByteBuffer {
    guard var buffer = buffers.popLast() else { return ByteBufferAllocator().buffer(capacity: 1024) }
    buffer.clear()
    return buffer
  }

  func giveBack(_ buffer: ByteBuffer) {
    if buffers.count < 128, buffer.capacity <= 16384 { buffers.append(buffer) }
  }

  // MARK: Status

  func report() -> LoopReport {
    var report = LoopReport(totals: totals, connections: clients.count)
    for (key, pool) in pools {
      report.backends[key] = LoopReport.BackendFigures(
        inFlight: pool.inFlight, openConnections: pool.openConnections,
        failures: pool.failures, counts: pool.counts)
    }
    for (key, counters) in counters { report.traffic[key] = counters.counts }
    for (id, listener) in listeners { report.failedHandshakes[id] = listener.failedHandshakes }
    return report
  }
}
