import NIOCore

/// The connections of one event loop to one backend, and the clients that use them.
final class BackendPool {
  let key: BackendKey
  let address: SocketAddress
  /// Whether the table has it as an active backend: only then unused connections to it are kept.
  var isActive = true
  /// Until when others are preferred, because it refused a connection a moment ago.
  var suspectUntil = NIODeadline.uptimeNanoseconds(0)
  var failuresInRow = 0
  var openConnections = 0
  var failures = 0
  var counts = AnswerCounts()

  private(set) var idle: [BackendConnection] = []
  private var users: [ClientConnection] = []
  private var drained: [EventLoopPromise<Void>] = []

  init(_ key: BackendKey, address: SocketAddress) {
    self.key = key
    self.address = address
  }

  /// The requests that are with it; with transport `tcp`, and after an upgrade, the connections.
  var inFlight: Int { users.count }

  func enter(_ client: ClientConnection) {
    client.placeInPool = users.count
    users.append(client)
  }

  func leave(_ client: ClientConnection) {
    let place = client.placeInPool
    guard place >= 0 else { return }
    client.placeInPool = -1
    let last = users.removeLast()
    if last !== client {
      users[place] = last
      last.placeInPool = place
    }
    if users.isEmpty, !drained.isEmpty {
      for promise in drained { promise.succeed() }
      drained = []
    }
  }

  /// Tells when nobody uses it.
  func whenDrained(on loop: any EventLoop) -> EventLoopFuture<Void> {
    if users.isEmpty { return loop.makeSucceededVoidFuture() }
    let promise = loop.makePromise(of: Void.self)
    drained.append(promise)
    return promise.futureResult
  }

  /// Ends what is under way with it, and tells how much that was.
  func cutOff() -> Int {
    let cut = users
    for client in cut { client.cutOff() }
    return cut.count
  }

  /// A connection that nobody uses, the one used last first.
  func takeIdle() -> BackendConnection? {
    while let connection = idle.popLast() {
      if connection.isUsable { return connection }
    }
    return nil
  }

  func keep(_ connection: BackendConnection) { idle.append(connection) }

  func forget(_ connection: BackendConnection) { idle.removeAll { $0 === connection } }

  /// Closes connections that have not been used since a time; those used longest ago stand first.
  func closeIdle(unusedSince time: NIODeadline) {
    let count = idle.prefix { $0.idleSince <= time }.count
    guard count > 0 else { return }
    let closed = idle.prefix(count)
    idle.removeFirst(count)
    for connection in closed { connection.close() }
  }
}
