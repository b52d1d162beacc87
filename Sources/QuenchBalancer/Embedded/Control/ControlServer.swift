import Foundation
import NIOCore
import NIOPosix
import QuenchState
import SystemPackage

/// The Unix socket over which a balancer is driven: one request for each connection.
struct ControlServer: Sendable {
  private let channel: NIOAsyncChannel<ControlChannel, Never>
  private let path: ControlSocketPath
  private let lock: FileLock.Held
  private let token: ControlToken

  /// Listens at a socket that only this user can reach.
  ///
  /// - Throws: `BalancerError` with code `socket-unavailable`, also when another balancer is there.
  init(_ socket: FilePath) async throws {
    path = ControlSocketPath(path: socket)
    try FileManager.default.createDirectory(
      atPath: socket.removingLastComponent().string, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    guard let lock = try path.lock.tryAcquire(reason: "balances") else {
      throw BalancerError(
        .socketUnavailable, "a balancer is at \(socket) already: \(path.lock.holder ?? "an unknown process")",
        remedy: "quench status")
    }
    self.lock = lock
    try path.prepare()
    do {
      token = try ControlToken.make(beside: socket)
      channel = try await path.withShortPath { path in
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .serverChannelOption(.backlog, value: 64)
          .bind(unixDomainSocketPath: path) { child in
            child.eventLoop.makeCompletedFuture { try ControlChannel.make(child) }
          }
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: socket.string)
    } catch {
      throw error as? BalancerError
        ?? BalancerError(.socketUnavailable, "cannot listen at \(socket)", cause: error)
    }
  }

  /// Answers until the balancer was asked to stop and has, or the task is cancelled.
  func serve(_ balancer: EmbeddedBalancer) async throws {
    defer { unlink(path.path.string) }
    try await withThrowingDiscardingTaskGroup { group in
      try await channel.executeThenClose { connections in
        for try await connection in connections {
          group.addTask {
            if await answer(connection, balancer) { close() }
          }
        }
      }
    }
    withExtendedLifetime(lock) {}
  }

  /// Takes no more requests, so that ``serve(_:)`` returns when those under way are answered.
  func close() { channel.channel.close(promise: nil) }

  /// - Returns: whether the balancer has stopped.
  private func answer(_ connection: ControlChannel, _ balancer: EmbeddedBalancer) async -> Bool {
    let isLast = try? await connection.executeThenClose { lines, replies in
      var iterator = lines.makeAsyncIterator()
      guard let line = try await iterator.next() else { return false }
      let request: ControlRequest
      do {
        request = try ControlLine.decode(ControlRequest.self, from: line.data)
        guard token.isShown(by: request.token) else {
          throw BalancerError(
            .unauthorized, "the balancer is asked by somebody who does not show its token",
            remedy: "quench status, as the user who runs quench serve; the token stands beside the socket")
        }
      } catch {
        try await replies.write(ByteBuffer(bytes: ControlLine.encode(ControlReply(Self.fault(error)))))
        return false
      }
      let work = Task { await Self.perform(request, balancer) }
      // A control plane that has gone does not wait for anything any more; what takes effect takes effect.
      let isAbandonable = request.action == .watch || request.action == .drain
      let watch = Task { [iterator] in
        var iterator = iterator
        _ = try? await iterator.next()
        if isAbandonable, !Task.isCancelled { work.cancel() }
      }
      let reply = await work.value
      defer { watch.cancel() }
      try await replies.write(ByteBuffer(bytes: ControlLine.encode(reply)))
      return request.action == .stop && reply.failure == nil
    }
    return isLast ?? false
  }

  private static func fault(_ error: any Error) -> any Error {
    error is BalancerError ? error : BalancerError(.tableInvalid, "the request cannot be read: \(error)")
  }

  private static func perform(_ request: ControlRequest, _ balancer: EmbeddedBalancer) async -> ControlReply {
    do {
      switch request.action {
      case .apply:
        guard let table = request.table else { throw BalancerError(.tableInvalid, "no table") }
        try await balancer.apply(table)
        return ControlReply()
      case .status: return ControlReply(status: try await balancer.status(of: request.parts ?? .all))
      case .watch: return ControlReply(status: try await balancer.statusChange(after: request.change ?? 0))
      case .drain:
        let outcome = try await balancer.waitUntilDrained(
          request.backends ?? [], deadline: request.deadline ?? Date())
        return ControlReply(drain: outcome)
      case .stop:
        try await balancer.stop()
        return ControlReply()
      }
    } catch {
      return ControlReply(error)
    }
  }
}
