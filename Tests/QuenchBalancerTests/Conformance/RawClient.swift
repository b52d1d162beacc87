import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Testing

/// A client that sends the very bytes it is given, and reads what comes back; over TLS where the test has a certificate.
actor RawClient {
  /// An answer as it came over the wire.
  struct Answer: Sendable {
    var status: Int
    var head: String
    /// The body without its chunks' framing.
    var body: String
    /// The chunks' framing included, and the trailers.
    var rawBody: String

    /// A field's values, joined as lists are.
    func field(_ name: String) -> String? {
      let values = head.split(separator: "\r\n").dropFirst().compactMap { line -> Substring? in
        let parts = line.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == name.lowercased() ? parts[1] : nil
      }
      return values.isEmpty ? nil : values.map { $0.trimmingPrefix(while: { $0 == " " }) }.joined(separator: ", ")
    }
  }

  struct Ended: Error {
    var rest: String
  }

  private let channel: any Channel
  private let isSlow: Bool
  private var pieces: AsyncStream<ByteBuffer>.Iterator
  private var buffer = ByteBuffer()

  /// - Parameters:
  ///   - isSlow: whether nothing is read but what is asked for.
  ///   - patience: how long it may rest, or wait for an answer, before it takes that for a hang and closes.
  init(
    _ port: Int, host: String = "127.0.0.1", isSlow: Bool = false, patience: TimeAmount = .seconds(60)
  ) async throws {
    self.isSlow = isSlow
    let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
    let security = try TestCertificate.current.map { _ in try TestCertificate.client.get() }
    let loop = MultiThreadedEventLoopGroup.singleton.next(), secured = loop.makePromise(of: Void.self)
    // More than it is asked for would have been read without being wanted.
    let piecesAtATime: UInt = isSlow ? 1 : 16
    let bootstrap = ClientBootstrap(group: loop)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.autoRead, value: !isSlow || security != nil)
      .channelOption(.maxMessagesPerRead, value: piecesAtATime)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          // Only a hang reaches this; then the answer is missed.
          try channel.pipeline.syncOperations.addHandler(IdleStateHandler(readTimeout: patience))
          if let security {
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: security, serverHostname: nil))
          } else {
            secured.succeed()
          }
          try channel.pipeline.syncOperations.addHandler(Receiver(continuation, secured))
        }
      }
    do {
      channel = try await bootstrap.connect(host: host, port: port).get()
    } catch {
      secured.fail(error)
      throw error
    }
    pieces = stream.makeAsyncIterator()
    if isSlow, security != nil {
      try await secured.futureResult.get()
      try await channel.setOption(.autoRead, value: false).get()
    }
  }

  deinit { channel.close(promise: nil) }

  func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

  func send(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes) }

  func finishSending() async throws { try await channel.close(mode: .output) }

  func close() async { try? await channel.close() }

  /// Reads one answer.
  func answer(toHEAD: Bool = false) async throws -> Answer {
    let head = try await read(through: "\r\n\r\n")
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    var answer = Answer(status: status, head: head, body: "", rawBody: "")
    if toHEAD || status < 200 || status == 204 || status == 304 { return answer }
    if answer.field("Transfer-Encoding") == "chunked" {
      while true {
        let line = try await read(through: "\r\n")
        answer.rawBody += line
        let size = try #require(Int(line.prefix { $0.isHexDigit }, radix: 16))
        if size == 0 { break }
        let chunk = try await read(size)
        answer.body += chunk
        answer.rawBody += chunk + (try await read(through: "\r\n"))
      }
      repeat {
        let line = try await read(through: "\r\n")
        answer.rawBody += line
        if line == "\r\n" { break }
      } while true
    } else if let length = answer.field("Content-Length").flatMap({ Int($0) }) {
      answer.body = try await read(length)
    } else {
      answer.body = await readToEnd()
    }
    if answer.rawBody.isEmpty { answer.rawBody = answer.body }
    return answer
  }

  /// Sends a request and reads its answer.
  func ask(_ text: String) async throws -> Answer {
    try await send(text)
    return try await answer()
  }

  func get(_ path: String, _ fields: String = "") async throws -> Answer {
    try await ask("GET \(path) HTTP/1.1\r\nHost: example.test\r\n\(fields)\r\n")
  }

  func read(through mark: String) async throws -> String {
    while true {
      let text = String(buffer: buffer)
      if let end = text.utf8.firstRange(of: Array(mark.utf8)) {
        return try await read(text.utf8.distance(from: text.utf8.startIndex, to: end.upperBound))
      }
      try await more()
    }
  }

  func read(_ count: Int) async throws -> String {
    while buffer.readableBytes < count { try await more() }
    return buffer.readString(length: count) ?? ""
  }

  func readToEnd() async -> String {
    while (try? await more()) != nil {}
    return buffer.readString(length: buffer.readableBytes) ?? ""
  }

  /// Reads to the end and only counts.
  func countToEnd() async -> Int {
    var count = buffer.readableBytes
    buffer.clear()
    while (try? await more()) != nil {
      count += buffer.readableBytes
      buffer.clear()
    }
    return count
  }

  private func more() async throws {
    var iterator = pieces
    if isSlow { channel.read() }
    guard var piece = await iterator.next(isolation: #isolation) else { throw Ended(rest: String(buffer: buffer)) }
    pieces = iterator
    buffer.discardReadBytes()
    buffer.writeBuffer(&piece)
  }

  private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<ByteBuffer>.Continuation
    private let secured: EventLoopPromise<Void>

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation, _ secured: EventLoopPromise<Void>) {
      self.continuation = continuation
      self.secured = secured
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
      if case .some(.handshakeCompleted) = event as? TLSUserEvent { secured.succeed() }
      if case .some(.inputClosed) = event as? ChannelEvent { continuation.finish() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
      continuation.finish()
      secured.fail(ChannelError.eof)
    }
  }
}
