import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import QuenchInstances

@Suite struct HealthProbeTests {
  static let probes: [any HealthProbe] = [HTTPProbe(path: "/"), GRPCProbe(service: "")]

  /// A server that accepts and never answers.
  @Test(arguments: probes.indices) func aCheckThatIsCancelledIsNotWaitedFor(_ number: Int) async throws {
    let (connections, connected) = AsyncStream<Void>.makeStream()
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        connected.yield()
        return channel.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let check = Task { try await Self.probes[number].check(port: port, timeout: .seconds(3600)) }
    for await _ in connections { break }
    check.cancel()
    await #expect(throws: CancellationError.self) { try await check.value }
    try await server.close()
  }
}
