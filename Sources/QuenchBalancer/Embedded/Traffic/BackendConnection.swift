import NIOCore
import NIOPosix
import QuenchInstances

/// One connection to a backend: sends a client's request, and reads the answer to it.
final class BackendConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What is said on it at this time.
  enum Phase {
    case connecting
    /// Nobody uses it.
    case idle
    case awaitingHead
    case body
    case tunnel
    case closed
  }

  let loop: TrafficLoop
  private let pool: BackendPool
  private var context: ChannelHandlerContext?
  var client: ClientConnection?
  /// The client that was written to since the last flush.
  var unflushed: ClientConnection?
  var phase = Phase.connecting
  var inbound = ByteBuffer()
  var headEnd = HeadEnd()
  var body = BodyProgress.complete
  var isUnchunking = false
  var isKeptAlive = false
  private var wasUsedBefore = false
  private var failure: (any Error)?
  private var needsFlush = false
  private var isReadHeld = false
  private(set) var isWritable = true
  private(set) var idleSince = NIODeadline.uptimeNanoseconds(0)

  init(loop: TrafficLoop, pool: BackendPool) {
    self.loop = loop
    self.pool = pool
  }

  /// Makes a new connection for a client.
  static func connect(to pool: BackendPool, for client: ClientConnection, on loop: TrafficLoop) {
    let connection = BackendConnection(loop: loop, pool: pool)
    let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
    ClientBootstrap(group: loop.eventLoop)
      .connectTimeout(loop.times.connect)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.writeBufferWaterMark, value: .init(low: 65536, high: 131072))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
      }
      .connect(to: pool.address)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .failure(let error):
          client.failed(LocalShortage(error) == nil ? .unreachable(Self.reason(error)) : .hindered)
        case .success:
          connection.phase = .idle
          if client.phase == .dispatching, connection.isUsable {
            client.attach(connection)
          } else if client.phase == .dispatching {
            client.failed(.unreachable("it closed the connection at once"))
          } else {
            connection.release()
          }
        }
      }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case ChannelError.connectTimeout: "it did not accept a connection in time"
    case let error as IOError where error.errnoCode == ECONNREFUSED: "it refuses connections"
    default: "no connection to it: \(error)"
    }
  }

  /// Whether a request can go out on it.
  var isUsable: Bool { phase == .idle && context != nil }

  /// A client's request is next.
  func take(_ client: ClientConnection) {
    self.client = client
    phase = .awaitingHead
    headEnd = HeadEnd()
    failure = nil
  }

  /// The client has no more use for it: kept for others where the answer came to its end, else closed.
  func release() {
    client = nil
    guard phase != .closed else { return }
    guard phase == .idle, pool.isActive, pool.idle.count < loop.limits.idleBackendConnections else {
      close()
      return
    }
    idleSince = .now()
    wasUsedBefore = true
    pool.keep(self)
    resumeReading()
  }

  /// Closes it without a word to its client.
  func discard() {
    client = nil
    close()
  }

  func close() {
    guard phase != .closed else { return }
    phase = .closed
    context?.close(promise: nil)
  }

  func write(_ buffer: ByteBuffer) {
    needsFlush = true
    context?.write(wrapOutboundOut(buffer), promise: nil)
  }

  func flush() {
    guard needsFlush else { return }
    needsFlush = false
    context?.flush()
  }

  func openTunnel() {
    phase = .tunnel
    try? context?.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
  }

  /// The client sends nothing more through the tunnel.
  func finishSending() {
    context?.flush()
    context?.close(mode: .output, promise: nil)
  }

  func resumeReading() {
    guard isReadHeld, wantsInput else { return }
    isReadHeld = false
    context?.read()
  }

  private var wantsInput: Bool { client?.isWritable ?? true }

  // MARK: Events

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    pool.openConnections += 1
    context.fireChannelActive()
  }

  func read(context: ChannelHandlerContext) {
    if wantsInput { context.read() } else { isReadHeld = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var data = unwrapInboundIn(data)
    switch phase {
    case .connecting, .closed: break
    case .idle:
      // Nothing was asked: what it says could be taken for the answer to the next request.
      pool.forget(self)
      close()
    case .awaitingHead:
      if inbound.readableBytes == 0 { inbound = data } else { inbound.writeBuffer(&data) }
      readHead()
    case .body:
      readBody(&data)
    case .tunnel:
      client?.passBack(data)
      unflushed = client
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    unflushed?.flush()
    unflushed = nil
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable { client?.resumeReading() }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent, phase == .tunnel { client?.backendFinishedSending() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = error
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    pool.openConnections -= 1
    let was = phase
    phase = .closed
    let client = client
    self.client = nil
    unflushed?.flush()
    unflushed = nil
    switch was {
    case .connecting, .closed: break
    case .idle: pool.forget(self)
    case .awaitingHead:
      let isStale = wasUsedBefore && inbound.readableBytes == 0
      client?.failed(isStale ? .stale : .closed)
    case .body:
      if case .untilClose = body, failure == nil { client?.answerEnded() } else { client?.failed(.cutShort) }
    case .tunnel: client?.endTunnel()
    }
    context.fireChannelInactive()
  }
}
