import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// A listening socket, and what its connections are for.
struct BoundListener: Sendable {
  /// What new connections are treated by.
  struct Terms: Sendable {
    /// The listener as the table has it now.
    var listener: Listener
    /// What they are secured by; nil for plain ones.
    var security: NIOSSLContext?
  }

  let terms: NIOLockedValueBox<Terms>
  let host: String
  let port: Int
  private let channel: any Channel

  /// Binds a listener's address without accepting anything yet.
  ///
  /// - Throws: `BalancerError` with code `listener-unavailable`.
  static func bind(
    _ first: Terms, on loops: [NIOLoopBound<TrafficLoop>], group: any EventLoopGroup, connections: ConnectionCounts
  ) async throws(BalancerError) -> BoundListener {
    let terms = NIOLockedValueBox(first), listener = first.listener
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 4096)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelOption(.maxMessagesPerRead, value: 16)
        .serverChannelOption(.autoRead, value: false)
        .serverChannelInitializer { server in
          server.eventLoop.makeCompletedFuture {
            try server.pipeline.syncOperations.addHandler(
              AcceptGate { connections[terms.withLockedValue { $0.listener.trafficClass }] })
          }
        }
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 65536, high: 131072))
        .childChannelInitializer { child in
          child.eventLoop.makeCompletedFuture {
            guard let loop = loops.first(where: { $0.eventLoop === child.eventLoop })?.value else { return }
            let terms = terms.withLockedValue { $0 }
            let client = ClientConnection(
              loop: loop, listener: loop.traffic(of: terms.listener), isSecure: terms.security != nil,
              connections: connections[terms.listener.trafficClass])
            if let security = terms.security {
              try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: security))
            }
            try child.pipeline.syncOperations.addHandler(client)
          }
        }
        .bind(host: listener.host, port: listener.port)
        .get()
      return BoundListener(
        terms: terms, host: channel.localAddress?.ipAddress ?? listener.host,
        port: channel.localAddress?.port ?? listener.port, channel: channel)
    } catch {
      throw BalancerError.unavailable(listener, port: listener.port, ": \(error)")
    }
  }

  /// Whether this socket serves a listener of a new table: at the same address, or still the free one it took.
  func serves(_ new: Listener) -> Bool {
    let present = terms.withLockedValue { $0.listener }
    guard present.host == new.host else { return false }
    return new.port == 0 ? present.id == new.id && present.port == 0 : port == new.port
  }

  /// Accepts connections from now on.
  func open() async throws { try await channel.setOption(.autoRead, value: true).get() }

  func close() async { try? await channel.close().get() }
}
