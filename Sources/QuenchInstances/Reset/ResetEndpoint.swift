import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A loopback HTTP server on which a suite asks for its instance's data to be put back: one POST to `QUENCH_RESET_URL`.
///
/// Each instance has a path of its own that cannot be guessed, so that a suite resets only what was lent to it.
public actor ResetEndpoint {
  /// What is done for one POST: to one of the instances lent, counted from 0, or to all of them where it is nil.
  ///
  /// What it throws is the answer's text, with status 500.
  public typealias Handler = @Sendable (_ instance: Int?) async throws -> Void

  private let channel: NIOAsyncChannel<NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>, Never>
  private var handlers: [String: (count: Int, handler: Handler)] = [:]
  private var resetting: [Request: Task<Void, any Error>] = [:]

  /// What a POST asks for: `/reset/…` for all instances, `/reset/…?instance=1` for one.
  private struct Request: Hashable {
    let path: String
    let instance: Int?

    init(_ uri: String) {
      let parts = uri.split(separator: "?", maxSplits: 1).map(String.init)
      path = parts.first ?? ""
      instance = parts.dropFirst().first.map { $0.hasPrefix("instance=") ? Int($0.dropFirst(9)) ?? -1 : -1 }
    }
  }

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

  /// Lends a path for some instances; what POSTs to it runs `handler`.
  ///
  /// - Parameter count: how many instances they are.
  /// - Returns: the URL to give to the suite.
  public func open(_ count: Int, _ handler: @escaping Handler) -> String {
    let path = "/reset/\(UUID().uuidString.lowercased())"
    handlers[path] = (count, handler)
    return "http://127.0.0.1:\(channel.channel.localAddress?.port ?? 0)\(path)"
  }

  /// Takes a path back, which answers 404 from now on, and waits for the resets that are under way.
  ///
  /// In a cancelled task they are cancelled too.
  public func close(_ url: String) async {
    guard let path = handlers.keys.first(where: url.hasSuffix) else { return }
    handlers[path] = nil
    for reset in resetting.filter({ $0.key.path == path }).values {
      _ = await withTaskCancellationHandler {
        await reset.result
      } onCancel: {
        reset.cancel()
      }
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
    let asked = Request(request.uri)
    guard let (count, handler) = handlers[asked.path] else {
      return (.notFound, "no instance is lent under this address")
    }
    guard request.method == .POST else { return (.methodNotAllowed, "POST puts the instance's data back") }
    guard asked.instance.map((0..<count).contains) ?? true else {
      return (.notFound, "there is no such instance: ?instance= takes 0 to \(count - 1)")
    }
    // One reset of an instance at a time: who asks for one that is under way gets what that comes to, and who asks for another
    // that has an instance in common with it waits.
    let before = resetting.filter { other, _ in
      other.path == asked.path && (other.instance == nil || asked.instance == nil || other == asked)
    }.values
    let reset =
      resetting[asked]
      ?? Task {
        defer { resetting[asked] = nil }
        for reset in before { _ = await reset.result }
        try await handler(asked.instance)
      }
    resetting[asked] = reset
    do {
      try await reset.value
      return (.ok, "the instance is as it was")
    } catch {
      return (.internalServerError, "\(error)")
    }
  }
}
