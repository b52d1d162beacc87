import NIOCore
import NIOPosix

/// One connection to a backend: sends a client's request, and reads the answer to it.
final class BackendConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case connecting
    /// Nobody uses it.
    case idle
    case awaitingHead
    case body
    case tunnel
    case closed
  }

  private let loop: TrafficLoop
  private let pool: BackendPool
  private var context: ChannelHandlerContext?
  private var client: ClientConnection?
  /// The client that was written to since the last flush.
  private var unflushed: ClientConnection?
  private var phase = Phase.connecting
  private var inbound = ByteBuffer()
  private var headEnd = HeadEnd()
  private var body = BodyProgress.complete
  private var isUnchunking = false
  private var isKeptAlive = false
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
        case .failure(let error): client.failed(.unreachable(Self.reason(error)))
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

  // MARK: Answers

  private func readHead() {
    while phase == .awaitingHead, let client, inbound.readableBytes > 0 {
      if client.exchange.answer == .none { client.exchange.answer = .begun }
      let limit = loop.limits.headBytes
      switch inbound.withUnsafeReadableBytes({ headEnd.search($0) }) {
      case .bareLineFeed: fail("a line ends without a carriage return")
      case .found(let length) where length > limit: fail("its head is too large")
      case .incomplete:
        guard inbound.readableBytes <= limit else {
          fail("its head is too large")
          return
        }
        if !beginsLikeHTTP { fail("it does not begin with HTTP/1") }
        return
      case .found(let length):
        do { try readHead(length, for: client) } catch { fail(error.reason) }
      }
    }
  }

  /// Whether the first bytes could be those of an answer, so that a service that speaks otherwise is not waited for.
  private var beginsLikeHTTP: Bool {
    let prefix: StaticString = "HTTP/1."
    return inbound.withUnsafeReadableBytes { bytes in
      zip(bytes, UnsafeBufferPointer(start: prefix.utf8Start, count: 7)).allSatisfy { $0 == $1 }
    }
  }

  private func readHead(_ length: Int, for client: ClientConnection) throws(AnswerHead.Fault) {
    var rest = inbound
    rest.moveReaderIndex(forwardBy: length)
    let isHEAD = client.exchange.method == .head, isVersion10 = client.exchange.isVersion10
    let isUpgrade = client.exchange.isUpgrade
    let result = inbound.withUnsafeReadableBytes { memory in
      Result<Void, AnswerHead.Fault> { () throws(AnswerHead.Fault) in
        let bytes = memory.part(0..<length)
        let head = try AnswerHead(
          bytes, fields: &loop.fields, headerCount: loop.limits.headerCount, answersHEAD: isHEAD)
        switch head.status {
        case 101:
          guard isUpgrade else { throw AnswerHead.Fault(reason: "it changes the protocol unasked") }
          client.answer(upgrade: head, bytes, loop.fields)
          if rest.readableBytes > 0 { client.passBack(rest) }
        case 100..<200:
          client.answer(interim: head, bytes, loop.fields)
          headEnd = HeadEnd()
        default:
          try begin(head, bytes, isVersion10, client, &rest)
        }
      }
    }
    inbound = phase == .awaitingHead ? rest : ByteBuffer()
    unflushed = client
    try result.get()
    if phase == .idle { end(client, hasMore: rest.readableBytes > 0) }
  }

  /// The head of the answer proper.
  private func begin(
    _ head: AnswerHead, _ bytes: UnsafeRawBufferPointer, _ isVersion10: Bool, _ client: ClientConnection,
    _ rest: inout ByteBuffer
  ) throws(AnswerHead.Fault) {
    isKeptAlive = head.isKeptAlive
    isUnchunking = isVersion10 && head.isChunked
    body = BodyProgress(head.framing, headBytes: loop.limits.headBytes, headerCount: loop.limits.headerCount)
    let part: ByteBuffer?
    do { part = try isUnchunking ? body.takeData(from: &rest) : body.take(from: &rest) } catch {
      throw AnswerHead.Fault(reason: "its chunks are wrong")
    }
    client.answer(head, bytes, loop.fields, body: part)
    phase = body.isComplete ? .idle : .body
  }

  private func readBody(_ data: inout ByteBuffer) {
    guard let client else { return }
    do {
      let part = try isUnchunking ? body.takeData(from: &data) : body.take(from: &data)
      if let part, part.readableBytes > 0 { client.answer(body: part) }
      unflushed = client
    } catch {
      discard()
      client.failed(.cutShort)
      return
    }
    guard body.isComplete else { return }
    phase = .idle
    end(client, hasMore: data.readableBytes > 0)
  }

  /// The answer is whole; bytes behind it are nobody's, so that its connection is not used again.
  private func end(_ client: ClientConnection, hasMore: Bool) {
    self.client = nil
    if !isKeptAlive || hasMore { close() }
    client.answerEnded()
  }

  private func fail(_ reason: StaticString) {
    let client = client
    discard()
    client?.failed(.garbage(reason))
  }
}
