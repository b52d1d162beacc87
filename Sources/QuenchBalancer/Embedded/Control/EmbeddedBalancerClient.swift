import Foundation
import NIOCore
import NIOPosix
import QuenchState
import SystemPackage

/// The control plane's end of an embedded balancer that runs in a process of its own.
public struct EmbeddedBalancerClient: Balancer {
  /// `embedded`.
  public let engine = "embedded"
  private let path: ControlSocketPath

  /// A client of the balancer at a socket; nothing is connected before it is asked something.
  public init(socket: FilePath) {
    path = ControlSocketPath(path: socket)
  }

  /// Whether a balancer is at the socket, answering or not.
  public var isRunning: Bool { path.lock.isHeld }

  /// Hands over a table; see ``Balancer/apply(_:)``.
  public func apply(_ table: RoutingTable) async throws {
    _ = try await ask(ControlRequest(action: .apply, table: table))
  }

  /// Asks how it is; see ``Balancer/status(of:)``.
  public func status(of parts: BalancerStatus.Parts) async throws -> BalancerStatus {
    try Self.require(try await ask(ControlRequest(action: .status, parts: parts)).status)
  }

  /// Waits for a change; see ``Balancer/statusChange(after:)``.
  public func statusChange(after change: Int) async throws -> BalancerStatus {
    try Self.require(try await ask(ControlRequest(action: .watch, change: change)).status)
  }

  /// Waits until backends are drained; see ``Balancer/waitUntilDrained(_:deadline:)``.
  public func waitUntilDrained(_ backends: [String], deadline: Date) async throws -> DrainOutcome {
    try Self.require(
      try await ask(ControlRequest(action: .drain, backends: backends, deadline: deadline)).drain)
  }

  /// Has it stop; see ``Balancer/stop()``.
  public func stop() async throws {
    _ = try await ask(ControlRequest(action: .stop))
    // It holds the lock to its very end.
    _ = try await path.lock.acquire(reason: "waits for the balancer to end")
  }

  private static func require<Value>(_ value: Value?) throws(BalancerError) -> Value {
    guard let value else { throw BalancerError(.protocolUnknown, "the balancer's answer holds nothing") }
    return value
  }

  private func ask(_ request: ControlRequest) async throws -> ControlReply {
    var request = request
    request.token = ControlToken(beside: path.path)?.text
    let line = ByteBuffer(bytes: try ControlLine.encode(request))
    let answer: ByteBuffer?
    do {
      let channel = try await path.withShortPath { path in
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connect(unixDomainSocketPath: path) { channel in
            channel.eventLoop.makeCompletedFuture { try ControlChannel.make(channel) }
          }
      }
      answer = try await channel.executeThenClose { lines, requests in
        try await requests.write(line)
        for try await line in lines { return line }
        return nil
      }
    } catch {
      try Task.checkCancellation()
      throw error as? BalancerError ?? unreachable(error)
    }
    try Task.checkCancellation()
    guard let answer else { throw unreachable(nil) }
    let reply = try ControlLine.decode(ControlReply.self, from: answer.data)
    if let error = reply.error { throw error }
    return reply
  }

  private func unreachable(_ cause: (any Error)?) -> BalancerError {
    BalancerError(
      .unreachable, "no balancer answers at \(path.path)",
      remedy: path.lock.holder.map { "look at the \($0)" } ?? "quench serve", cause: cause)
  }
}
