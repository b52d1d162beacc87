import NIOCore
import NIOHTTP1
import NIOPosix

/// A GET that is answered with a status of 200 to 399.
public struct HTTPProbe: HealthProbe {
  private let path: String
  private let host: String

  /// A probe of a path, with its query, at ports of `host`.
  public init(path: String, host: String = "127.0.0.1") {
    self.path = path
    self.host = host
  }

  /// Asks once.
  ///
  /// - Throws: `ProbeFailure` when the answer is another, late or none; `LocalShortage` when it could not be asked.
  public func check(port: Int, timeout: Duration) async throws {
    let path = path, host = host
    let answer: HTTPResponseStatus
    do {
      let (channel, status) = try await ClientBootstrap.probing(timeout: timeout)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
          }
        }
        .connect(host: host, port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            let handler = StatusHandler(
              promise: channel.eventLoop.makePromise(of: HTTPResponseStatus.self), timeout: timeout.timeAmount)
            let status = handler.promise.futureResult
            try channel.pipeline.syncOperations.addHandler(handler)
            var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
            head.headers = [
              "Host": host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)", "User-Agent": "quench-health",
              "Connection": "close",
            ]
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            return (channel as any Channel, status)
          }
        }
      answer = try await status.get(closing: channel)
    } catch let failure as ProbeFailure {
      throw failure
    } catch let error as CancellationError {
      throw error
    } catch is HTTPParserError {
      throw ProbeFailure(description: "GET \(path) on port \(port) was not answered in HTTP")
    } catch {
      if let shortage = LocalShortage(error) { throw shortage }
      throw ProbeFailure(connectingTo: port, error)
    }
    guard (200..<400).contains(answer.code) else {
      throw ProbeFailure(description: "GET \(path) on port \(port) answered \(answer.code)")
    }
  }

  /// Keeps the status of the first answer and closes the connection.
  private final class StatusHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    let promise: EventLoopPromise<HTTPResponseStatus>
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?
    private var isDone = false

    init(promise: EventLoopPromise<HTTPResponseStatus>, timeout: TimeAmount) {
      self.promise = promise
      self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      deadline = context.eventLoop.scheduleTask(in: timeout) {
        let (handler, context) = bound.value
        handler.finish(.failure(ProbeFailure(description: "no answer in time")), context)
      }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      if case .head(let head) = unwrapInboundIn(data), head.status.code >= 200 {
        finish(.success(head.status), context)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      finish(.failure(ProbeFailure(description: "the connection was closed without an answer")), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { finish(.failure(error), context) }

    private func finish(_ result: Result<HTTPResponseStatus, any Error>, _ context: ChannelHandlerContext) {
      guard !isDone else { return }
      isDone = true
      deadline?.cancel()
      promise.completeWith(result)
      context.close(promise: nil)
    }
  }
}
