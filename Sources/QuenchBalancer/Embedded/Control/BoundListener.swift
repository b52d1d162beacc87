import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A listening socket, and what its connections are for.
struct BoundListener: Sendable {
  /// The listener as the table has it now.
  let listener: NIOLockedValueBox<Listener>
  let host: String
  let port: Int
  private let channel: any Channel

  /// Binds a listener's address without accepting anything yet.
  ///
  /// - Throws: `BalancerError` with code `listener-unavailable`.
  static func bind(
    _ listener: Listener, on loops: [NIOLoopBound<TrafficLoop>], group: any EventLoopGroup,
    connections: ConnectionCounts
  ) async throws(BalancerError) -> BoundListener {
    let current = NIOLockedValueBox(listener)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 4096)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.maxMessagesPerRead, value: 16)
        .serverChannelOption(.autoRead, value: false)
        .serverChannelInitializer { server in
          server.eventLoop.makeCompletedFuture {
            try server.pipeline.syncOperations.addHandler(
              AcceptGate { connections[current.withLockedValue { $0.trafficClass }] })
          }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 65536, high: 131072))
        .childChannelInitializer { child in
          child.eventLoop.makeCompletedFuture {
            guard let loop = loops.first(where: { $0.eventLoop === child.eventLoop })?.value else { return }
            let traffic = loop.traffic(of: current.withLockedValue { $0 })
            try child.pipeline.syncOperations.addHandler(ClientConnection(loop: loop, listener: traffic))
          }
        }
        .bind(host: listener.host, port: listener.port)
        .get()
      return BoundListener(
        listener: current, host: channel.localAddress?.ipAddress ?? listener.host,
        port: channel.localAddress?.port ?? listener.port, channel: channel)
    } catch {
      throw BalancerError(
        .listenerUnavailable, "cannot listen at \(listener.host) port \(listener.port)",
        remedy: "ss -ltnp 'sport = :\(listener.port)'", cause: error)
    }
  }

  /// Whether this socket serves a listener of a new table: at the same address, or still the free one it took.
  func serves(_ new: Listener) -> Bool {
    let present = listener.withLockedValue { $0 }
    guard present.host == new.host else { return false }
    return new.port == 0 ? present.id == new.id && present.port == 0 : port == new.port
  }

  /// Accepts connections from now on.
  func open() async throws { try await channel.setOption(.autoRead, value: true).get() }

  func close() async { try? await channel.close().get() }
}
