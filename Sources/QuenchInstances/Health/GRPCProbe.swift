import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix

/// A `grpc.health.v1.Health/Check` that is answered SERVING.
///
/// The protocol is that of gRPC's health checking document; the two messages are a string in field 1 and an enum in
/// field 1 (SERVING = 1), so they are read and written here by hand.
struct GRPCProbe: HealthProbe {
  /// The service asked about; empty for the server as a whole.
  var service: String

  func check(port: Int, timeout: Duration) async throws {
    let failure = ProbeFailure(description: "no gRPC answer on port \(port)")
    let request = Self.frame(service)
    let channel: any Channel
    let answer: EventLoopFuture<Answer>
    do {
      channel = try await ClientBootstrap.probing(timeout: timeout)
        .connect(host: "127.0.0.1", port: port).get()
      answer = try await channel.configureHTTP2Pipeline(mode: .client) { $0.eventLoop.makeSucceededVoidFuture() }
        .flatMap { multiplexer in
          let promise = channel.eventLoop.makePromise(of: Answer.self)
          let stream = channel.eventLoop.makePromise(of: (any Channel).self)
          multiplexer.createStreamChannel(promise: stream) { stream in
            stream.eventLoop.makeCompletedFuture {
              try stream.pipeline.syncOperations.addHandler(
                AnswerHandler(promise: promise, authority: "127.0.0.1:\(port)", request: request))
            }
          }
          stream.futureResult.cascadeFailure(to: promise)
          channel.eventLoop.scheduleTask(in: timeout.timeAmount) {
            promise.fail(ProbeFailure(description: "no answer in time"))
          }
          return channel.eventLoop.makeSucceededFuture(promise.futureResult)
        }.get()
    } catch {
      throw failure
    }
    defer { channel.close(promise: nil) }
    do {
      let answer = try await answer.get(closing: channel)
      guard answer.status == "0" || answer.status == nil, Self.isServing(answer.message) else {
        throw ProbeFailure(
          description: "gRPC health on port \(port) is not SERVING"
            + (answer.status.map { " (grpc-status \($0))" } ?? ""))
      }
    } catch let failure as ProbeFailure {
      throw failure
    } catch let error as CancellationError {
      throw error
    } catch {
      throw failure
    }
  }

  private struct Answer: Sendable {
    var status: String?
    var message: [UInt8]
  }

  /// A length-prefixed HealthCheckRequest.
  private static func frame(_ service: String) -> [UInt8] {
    let name = Array(service.utf8.prefix(127))
    let message: [UInt8] = name.isEmpty ? [] : [0x0A, UInt8(name.count)] + name
    return [0, 0, 0, 0, UInt8(message.count)] + message
  }

  private static func isServing(_ framed: [UInt8]) -> Bool {
    // Behind the five bytes of the frame: field 1 as a varint, 1 for SERVING.
    framed.count >= 7 && framed[5] == 0x08 && framed[6] == 1
  }

  private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let promise: EventLoopPromise<Answer>
    private let authority: String
    private let request: [UInt8]
    private var answer = Answer(status: nil, message: [])

    init(promise: EventLoopPromise<Answer>, authority: String, request: [UInt8]) {
      self.promise = promise
      self.authority = authority
      self.request = request
    }

    func channelActive(context: ChannelHandlerContext) {
      let headers: HPACKHeaders = [
        ":method": "POST", ":scheme": "http", ":path": "/grpc.health.v1.Health/Check", ":authority": authority,
        "content-type": "application/grpc", "te": "trailers", "user-agent": "quench-health",
      ]
      context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
      let body = context.channel.allocator.buffer(bytes: request)
      context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(body), endStream: true))), promise: nil)
      context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .headers(let payload):
        answer.status = payload.headers.first(name: "grpc-status") ?? answer.status
        if payload.endStream { promise.succeed(answer) }
      case .data(let payload):
        if case .byteBuffer(let buffer) = payload.data, answer.message.count < 1024 {
          answer.message += buffer.readableBytesView
        }
        if payload.endStream { promise.succeed(answer) }
      default:
        break
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      promise.fail(ProbeFailure(description: "the connection was closed without an answer"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      promise.fail(error)
      context.close(promise: nil)
    }
  }
}
