import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A loopback HTTP server on which a suite asks for its instance's data to be put back: one POST to `QUENCH_RESET_URL`.
///
/// Each instance has a path of its own that cannot be guessed, so that a suite resets only what was lent to it.
public actor ResetEndpoint {
  /// What is done for one POST; what it throws is the answer's text, with status 500.
  public typealias Handler = @Sendable () async throws -> Void

  private let channel: NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>
  private var handlers: [String: Handler] = [:]
  private var resetting: [String: Task<Void, any Error>] = [:]

  /// Listens on a free port of the loopback address.
  ///
  /// - Throws: an I/O error when there is none.
  public init() async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 64)
      .bind(host: "127.0.0.1", port: 0) { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.configureHTTPServerPipeline()
          return try NIOAsyncChannel(wrappingChannelSynchronously: child)
        }
      }
  }

  /// Lends the path of one instance; what POSTs to it runs `handler`.
  ///
  /// - Returns: the URL to give to the suite.
  public func open(_ handler: @escaping Handler) -> String {
    let path = "/reset/\(UUID().uuidString.lowercased())"
    handlers[path] = handler
    return "http://127.0.0.1:\(channel.channel.localAddress?.port ?? 0)\(path)"
  }

  /// Takes a path back, which answers 404 from now on, and waits for the resets that are under way.
  ///
  /// In a cancelled task they are cancelled too.
  public func close(_ url: String) async {
    guard let path = handlers.keys.first(where: url.hasSuffix) else { return }
    handlers[path] = nil
    guard let reset = resetting[path] else { return }
    _ = await withTaskCancellationHandler {
      await reset.result
    } onCancel: {
      reset.cancel()
    }
  }

  /// Serves until the task is cancelled.
  public func serve() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      try await channel.executeThenClose { connections in
        for try await connection in connections {
          group.addTask { try? await self.serve(connection) }
        }
      }
    }
  }

  private func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>)
    async throws
  {
    try await connection.executeThenClose { requests, answers in
      var head: HTTPRequestHead?
      for try await part in requests {
        switch part {
        case .head(let received):
          head = received
        case .body:
          continue
        case .end:
          guard let request = head else { return }
          let (status, text) = await answer(to: request)
          let body = ByteBuffer(string: text + "\n")
          let headers: HTTPHeaders = ["Content-Type": "text/plain", "Content-Length": "\(body.readableBytes)"]
          try await answers.write(.head(HTTPResponseHead(version: request.version, status: status, headers: headers)))
          try await answers.write(.body(.byteBuffer(body)))
          try await answers.write(.end(nil))
          if !request.isKeepAlive { return }
        }
      }
    }
  }

  private func answer(to request: HTTPRequestHead) async -> (HTTPResponseStatus, String) {
    guard let handler = handlers[request.uri] else { return (.notFound, "no instance is lent under this address") }
    guard request.method == .POST else { return (.methodNotAllowed, "POST puts the instance's data back") }
    // One reset of an instance at a time: who asks while one is under way gets what that one comes to.
    let reset =
      resetting[request.uri]
      ?? Task {
        defer { resetting[request.uri] = nil }
        try await handler()
      }
    resetting[request.uri] = reset
    do {
      try await reset.value
      return (.ok, "the instance is as it was")
    } catch {
      return (.internalServerError, "\(error)")
    }
  }
}
