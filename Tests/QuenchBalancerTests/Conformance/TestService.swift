import Foundation
import Generators
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A service that behaves well or badly as the path asks, and remembers what it was sent.
final class TestService: Sendable {
  struct Request: Sendable {
    var method: String
    var target: String
    /// The head as it came, its empty line included.
    var head: String
    var body: String

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The number behind a name in the target's query.
    func number(_ name: String) -> Int? {
      target.split(separator: "?").dropFirst().first?.split(separator: "&").compactMap { pair in
        let parts = pair.split(separator: "=")
        return parts.count == 2 && parts[0] == name ? Int(parts[1]) : nil
      }.first
    }
  }

  struct State {
    var isHealthy = true
    var requests: [Request] = []
    var connections = 0
    var held: [@Sendable () -> Void] = []
    var isReleased = false
    var channels: [ObjectIdentifier: any Channel] = [:]
    /// The bytes of large bodies that were sent.
    var sent = 0
    /// After so many answers a kept connection is closed without a word; 0 is never.
    var closesAfter = 0
  }

  let name: String
  let state = NIOLockedValueBox(State())
  private let channel: any Channel

  var port: Int { channel.localAddress?.port ?? 0 }

  /// - Parameter backlog: how many connections are made before any is accepted; nil accepts them all at once, otherwise
  ///   none before ``accept()``.
  init(_ name: String, port: Int = 0, backlog: Int32? = nil) async throws {
    self.name = name
    let state = state
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: backlog ?? 256)
      .serverChannelOption(.autoRead, value: backlog == nil)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { child in
        state.withLockedValue {
          $0.connections += 1
          $0.channels[ObjectIdentifier(child)] = child
        }
        child.closeFuture.whenComplete { _ in
          state.withLockedValue { $0.channels[ObjectIdentifier(child)] = nil }
        }
        return child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(ServiceConnection(name: name, state: state))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
  }

  /// Accepts connections from now on.
  func accept() async throws { try await channel.setOption(.autoRead, value: true).get() }

  /// The connections there were, without those of health checks.
  var connectionsForRequests: Int {
    state.withLockedValue { state in state.connections - state.requests.count { $0.path == "/health" } }
  }

  var sent: Int { state.withLockedValue { $0.sent } }

  func setHealthy(_ isHealthy: Bool) { state.withLockedValue { $0.isHealthy = isHealthy } }

  /// Closes kept connections after so many answers, without a word.
  func closeConnections(after answers: Int) { state.withLockedValue { $0.closesAfter = answers } }

  var requests: [Request] { state.withLockedValue { $0.requests.filter { $0.path != "/health" } } }

  /// Waits until so many requests have come.
  func receives(_ count: Int = 1) async throws {
    try await Patience.wait(for: "request \(count) at \(name)", instead: { requests.count }) { requests.count >= count }
  }

  /// Lets everything that holds go on, now and from now on.
  func release() {
    let held = state.withLockedValue { state in
      state.isReleased = true
      defer { state.held = [] }
      return state.held
    }
    for go in held { go() }
  }

  /// Stops listening and resets what is open, as a killed process does.
  func kill() async {
    try? await channel.close()
    for child in state.withLockedValue({ Array($0.channels.values) }) {
      child.eventLoop.execute {
        _ = (child as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        child.close(promise: nil)
      }
    }
  }
}

/// One connection to the service.
private final class ServiceConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let name: String
  private let state: NIOLockedValueBox<TestService.State>
  private var buffer = ByteBuffer()
  private var isUpgraded = false
  private var isStreaming = false
  private var answers = 0

  init(name: String, state: NIOLockedValueBox<TestService.State>) {
    self.name = name
    self.state = state
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var piece = unwrapInboundIn(data)
    if isUpgraded {
      context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
      return
    }
    buffer.writeBuffer(&piece)
    while let request = next(context) { serve(request, context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent {
      if isUpgraded { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "bye")), promise: nil) }
      if !isStreaming { context.close(promise: nil) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func next(_ context: ChannelHandlerContext) -> TestService.Request? {
    let text = String(buffer: buffer)
    if text.hasPrefix("tunnel:") {
      isUpgraded = true
      send("\(name):\(text)", context)
      buffer.clear()
      return nil
    }
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let head = String(text[..<end.upperBound])
    let words = head.split(separator: " ")
    func field(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }.map {
        $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
      }
    }
    var request = TestService.Request(method: String(words[0]), target: String(words[1]), head: head, body: "")
    if request.path.hasPrefix("/early") {
      buffer.clear()
      return request
    }
    if field("expect") == "100-continue", text == head { send("HTTP/1.1 100 Continue\r\n\r\n", context) }
    let rest = text[end.upperBound...]
    if field("transfer-encoding") == "chunked" {
      guard let last = rest.range(of: "0\r\n"), let stop = rest[last.lowerBound...].range(of: "\r\n\r\n") else {
        return nil
      }
      request.body = String(rest[..<stop.upperBound])
    } else if let length = field("content-length").flatMap({ Int($0) }) {
      guard rest.utf8.count >= length else { return nil }
      request.body = String(decoding: rest.utf8.prefix(length), as: UTF8.self)
    }
    // What is not UTF-8 has become longer as text.
    buffer.moveReaderIndex(forwardBy: min(head.utf8.count + request.body.utf8.count, buffer.readableBytes))
    return request
  }

  private func serve(_ request: TestService.Request, _ context: ChannelHandlerContext) {
    state.withLockedValue { if $0.requests.count < 10000 { $0.requests.append(request) } }
    let isHEAD = request.method == "HEAD"
    switch request.path {
    case "/health":
      let isHealthy = state.withLockedValue { $0.isHealthy }
      send("HTTP/1.1 \(isHealthy ? 200 : 503) x\r\nContent-Length: 0\r\n\r\n", context)
    case "/echo":
      answer(request.head + request.body, context)
    case "/hold":
      hold(context) { $0.answer("held by \($0.name)", $1) }
    case "/stream":
      send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n", context)
      hold(context) { connection, context in
        connection.send("data: 2\n\n", context)
        context.close(promise: nil)
      }
    case "/chunked":
      send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
          + "5;a=b\r\nhello\r\n7\r\n, there\r\n0\r\nX-Sum: 12\r\n\r\n", context)
    case "/until-close":
      send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end", context)
      context.close(promise: nil)
    case "/big":
      let length = request.number("bytes") ?? 0
      send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n", context)
      stream(length, context)
    case "/big-close", "/big-until-close":
      let length = request.number("bytes") ?? 0
      let framing = request.path == "/big-close" ? "Content-Length: \(length)\r\n" : ""
      send("HTTP/1.1 200 OK\r\nConnection: close\r\n\(framing)\r\n", context)
      isStreaming = true
      stream(length, closesAtEnd: true, context)
    case "/hops":
      send(
        "HTTP/1.1 200 OK\r\nConnection: X-Secret, close\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\n"
          + "Proxy-Authenticate: x\r\nX-Kept: yes\r\nContent-Length: 2\r\n\r\nok", context)
      context.close(promise: nil)
    case "/close": context.close(promise: nil)
    case "/garbage": send("SSH-2.0-OpenSSH_9.2\r\n", context)
    case "/both":
      send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", context)
    case "/damaged":
      var generator = SeededGenerator(seed: UInt64(request.number("seed") ?? 0))
      let whole =
        [
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello",
        ].randomElement(using: &generator) ?? ""
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: generator.damaged(whole))), promise: nil)
      context.close(promise: nil)
    case "/large-head":
      send("HTTP/1.1 200 OK\r\nX-Large: \(String(repeating: "x", count: 70000))\r\nContent-Length: 0\r\n\r\n", context)
    case "/cut":
      send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of", context)
      context.close(promise: nil)
    case "/cut-chunks":
      send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", context)
      context.close(promise: nil)
    case "/early": send("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nmore", context)
    case "/early-stream":
      send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n", context)
    case "/hints":
      send("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n", context)
      answer("hinted", context)
    case "/upgrade":
      isUpgraded = true
      send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nwelcome", context)
    case "/no-content": send("HTTP/1.1 204 No Content\r\n\r\n", context)
    case "/not-modified": send("HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n", context)
    case "/status": send("HTTP/1.1 \(request.number("code") ?? 200) x\r\nContent-Length: 0\r\n\r\n", context)
    default:
      answer(isHEAD ? nil : name, context)
    }
    answers += 1
    let closesAfter = state.withLockedValue { $0.closesAfter }
    if closesAfter > 0, answers >= closesAfter { context.close(promise: nil) }
  }

  private func answer(_ body: String?, _ context: ChannelHandlerContext) {
    send("HTTP/1.1 200 OK\r\nContent-Length: \((body ?? name).utf8.count)\r\n\r\n\(body ?? "")", context)
  }

  private func send(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
  }

  private func hold(
    _ context: ChannelHandlerContext,
    _ go: @escaping @Sendable (ServiceConnection, ChannelHandlerContext) -> Void
  ) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop), loop = context.eventLoop
    let isReleased = state.withLockedValue { state in
      if !state.isReleased { state.held.append { loop.execute { go(bound.value.0, bound.value.1) } } }
      return state.isReleased
    }
    if isReleased { go(self, context) }
  }

  /// Writes so many bytes, each piece when the one before has gone out.
  private func stream(_ length: Int, closesAtEnd: Bool = false, _ context: ChannelHandlerContext) {
    guard length > 0 else {
      if closesAtEnd { context.close(promise: nil) }
      return
    }
    let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: min(length, 262_144))
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let written = context.eventLoop.makePromise(of: Void.self)
    state.withLockedValue { $0.sent += piece.readableBytes }
    written.futureResult.whenSuccess {
      bound.value.0.stream(length - piece.readableBytes, closesAtEnd: closesAtEnd, bound.value.1)
    }
    context.writeAndFlush(wrapOutboundOut(piece), promise: written)
  }
}
