import NIOCore

/// One connection of a client: reads its requests one after the other and has each answered by a backend.
///
/// What the client sends ahead stays in ``inbound`` until its turn, or in the system once that is full.
final class ClientConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Where a connection is.
  enum Phase {
    /// The TLS handshake is under way.
    case handshake
    /// Between requests.
    case idle
    /// A head has begun.
    case head
    /// A request waits for a connection to a backend, or to be tried again.
    case dispatching
    /// A request is with a backend.
    case exchanging
    /// Bytes go both ways as they come.
    case tunnel
    /// Everything is said; what the client still sends is thrown away so that it can read the end.
    case lingering
    case closed
  }

  /// How much of the requests behind the present one is read ahead.
  static let readAhead = 16384
  /// The largest body that is sent in one piece with its head, and so can be sent again.
  static let wholeBody = 65536

  let loop: TrafficLoop
  let listener: ListenerTraffic
  /// Whether the client speaks TLS; the listener may have changed since it connected.
  let isSecure: Bool
  /// The count that it is part of.
  private let connections: ConnectionCount
  /// Whether it has been answered and has not asked for anything since.
  var isResting = false {
    didSet {
      guard isResting != oldValue else { return }
      if isResting { connections.rest() } else { connections.endRest() }
    }
  }
  private(set) var context: ChannelHandlerContext?
  /// The client's address.
  private var client = ""

  var phase = Phase.idle
  var inbound = ByteBuffer()
  private var headEnd = HeadEnd()
  var deadline = NIODeadline.distantFuture
  var isWritable = true
  private var isReadHeld = false
  private var isProceeding = false
  private var discarded = 0
  /// Whether the client has said that it sends nothing more.
  private(set) var isInputClosed = false
  /// Tells when all that was written has gone out and the sending side is closed; nil while it is not to be.
  private var outputEnd: EventLoopFuture<Void>?
  /// What had still to go out when the time was up before.
  private var unsentBefore = 0
  var placeInLoop = -1
  var placeInPool = -1

  /// The request that is being answered.
  var exchange = Exchange()
  var backend: BackendConnection?

  init(loop: TrafficLoop, listener: ListenerTraffic, isSecure: Bool, connections: ConnectionCount) {
    self.loop = loop
    self.listener = listener
    self.isSecure = isSecure
    self.connections = connections
  }

  /// Whether the listener is still there, and treats new connections as this one was.
  var isOnTerms: Bool { listener.route != nil && listener.isSecure == isSecure }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    isResting = false
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    client = context.remoteAddress?.ipAddress ?? "127.0.0.1"
    loop.add(self)
    deadline = .now() + loop.times.head
    context.fireChannelActive()
    if isSecure { beginHandshake() } else if listener.transport == .tcp { startTunnel() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var data = unwrapInboundIn(data)
    switch phase {
    case .tunnel where exchange.isTunnelOpen: passOn(data)
    case .lingering:
      discarded += data.readableBytes
      if discarded > 1 << 20 { close() }
    case .closed: break
    default:
      if inbound.readableBytes == 0 { inbound = data } else { inbound.writeBuffer(&data) }
      proceed()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { backend?.flush() }

  func read(context: ChannelHandlerContext) {
    if wantsInput { context.read() } else { isReadHeld = true }
  }

  /// Reads on if that was held back and nothing is in the way any more.
  func resumeReading() {
    guard isReadHeld, wantsInput else { return }
    isReadHeld = false
    context?.read()
  }

  private var wantsInput: Bool {
    switch phase {
    case .handshake, .idle, .head, .lingering, .closed: true
    case .dispatching: inbound.readableBytes < Self.readAhead
    case .exchanging:
      exchange.body.isComplete ? inbound.readableBytes < Self.readAhead : backend?.isWritable ?? true
    case .tunnel: exchange.isTunnelOpen ? backend?.isWritable ?? true : inbound.readableBytes < Self.readAhead
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable {
      backend?.resumeReading()
      if phase == .idle { deadline = .now() + loop.times.keepAliveIdle }
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent {
      isInputClosed = true
      if phase == .tunnel { clientFinishedSending() }
    }
    if phase == .handshake { handshakeWent(event) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isSecure { failedSecurity(error) } else { close() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  /// Does what can be done with what was read.
  func proceed() {
    guard !isProceeding else { return }
    isProceeding = true
    defer { isProceeding = false }
    while inbound.readableBytes > 0 {
      switch phase {
      case .idle, .head: if !readHead() { return }
      case .exchanging where !exchange.body.isComplete:
        sendBody()
        return
      default: return
      }
    }
  }

  /// Reads a request's head and sends it on its way.
  ///
  /// - Returns: whether there may be more to do.
  private func readHead() -> Bool {
    if phase == .idle {
      skipBlankLines()
      guard inbound.readableBytes > 0 else { return false }
      phase = .head
      headEnd = HeadEnd()
      deadline = .now() + loop.times.head
    }
    let search = inbound.withUnsafeReadableBytes { headEnd.search($0) }
    switch search {
    case .bareLineFeed: refuse(RequestHead.Refusal(400, "a line ends without a carriage return"))
    case .incomplete where inbound.readableBytes <= loop.limits.headBytes: return false
    case .found(let length) where length <= loop.limits.headBytes:
      do { try begin(length) } catch { refuse(error) }
    default: refuse(RequestHead.Refusal(431, "the head is too large"))
    }
    return true
  }

  /// A client may send an empty line before a request (RFC 9112 §2.2).
  private func skipBlankLines() {
    for _ in 0..<4 {
      let isBlank = inbound.withUnsafeReadableBytes { bytes in
        bytes.count >= 2 && bytes[0] == HeaderBytes.carriageReturn && bytes[1] == HeaderBytes.lineFeed
      }
      guard isBlank else { return }
      inbound.moveReaderIndex(forwardBy: 2)
    }
  }

  private func begin(_ length: Int) throws(RequestHead.Refusal) {
    var outgoing = loop.takeBuffer()
    let result = inbound.withUnsafeReadableBytes { memory in
      Result<(RequestHead, Exchange.LogEntry?), RequestHead.Refusal> { () throws(RequestHead.Refusal) in
        let bytes = memory.part(0..<length)
        let head = try RequestHead(bytes, fields: &loop.fields, headerCount: loop.limits.headerCount)
        let origin = origin()
        head.forward(bytes, loop.fields, from: origin, to: &outgoing)
        let entry = loop.log == nil ? nil : Exchange.LogEntry(head, bytes, generatedID: origin.requestID)
        return (head, entry)
      }
    }
    let (head, entry) = try result.get()
    inbound.moveReaderIndex(forwardBy: length)
    exchange = Exchange(head, outgoing: outgoing, limits: loop.limits, log: entry)
    exchange.takeWholeBody(from: &inbound)
    if inbound.readableBytes == 0 { inbound = ByteBuffer() }
    begin()
  }

  /// Counts what the client asks for, and looks for who answers it.
  func begin() {
    loop.active += 1
    loop.totals.requests += 1
    isResting = false
    phase = .dispatching
    deadline = .distantFuture
    dispatch()
  }

  private func origin() -> RequestOrigin {
    RequestOrigin(
      client: client, isSecure: isSecure, isLocal: client == "127.0.0.1" || client == "::1",
      listener: "localhost", requestID: loop.random.next(),
      trace: (loop.random.next(), loop.random.next(), loop.random.next()))
  }

  func write(_ buffer: ByteBuffer) { context?.write(wrapOutboundOut(buffer), promise: nil) }

  func flush() { context?.flush() }

  /// Closes at once; a request under way is given up.
  func close() {
    guard phase != .closed else { return }
    leave()
    context?.close(promise: nil)
  }

  /// Closes when what was written has gone out, and the client has had time to read it.
  func closeGently() {
    guard phase != .closed, let context else { return }
    phase = .lingering
    deadline = .now() + loop.times.bodyIdle
    inbound = ByteBuffer()
    // A client that is done, too, still gets the end of its answer.
    try? context.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
    finishAnswering()?.assumeIsolated().whenComplete { _ in
      guard self.phase == .lingering else { return }
      if self.isInputClosed { self.close() } else { self.deadline = .now() + .seconds(2) }
    }
    resumeReading()
  }

  /// Closes the sending side when what was written has gone out, and tells when that is.
  @discardableResult func finishAnswering() -> EventLoopFuture<Void>? {
    guard outputEnd == nil, let context else { return outputEnd }
    let written = context.eventLoop.makePromise(of: Void.self)
    outputEnd = written.futureResult
    if isInputClosed || isSecure {
      // With both sides closed the connection would be gone at once, with what has not gone out; beneath TLS that is so
      // whenever the client closes its side, too.
      written.futureResult.assumeIsolated().whenSuccess {
        if !self.isInputClosed { self.context?.close(mode: .output, promise: nil) }
      }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    } else {
      context.flush()
      context.close(mode: .output, promise: written)
    }
    return outputEnd
  }

  /// The bytes that were written and have not gone out.
  var unsent: Int { (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

  /// Whether some of what was written has gone out since the time was up before; a slow client gets it once more then.
  func isTaking() -> Bool {
    let before = unsentBefore
    unsentBefore = unsent
    return unsentBefore > 0 && unsentBefore != before
  }

  /// The connection is nobody's any more; what was asked of a backend is given up.
  func leave() {
    guard phase != .closed else { return }
    let was = phase
    phase = .closed
    deadline = .distantFuture
    inbound = ByteBuffer()
    loop.remove(self)
    if was == .handshake { handshakeFailed() }
    if was == .dispatching || was == .exchanging || was == .tunnel { giveUp() }
  }
}
