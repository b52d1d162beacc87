import NIOCore
import NIOPosix

/// One question to an instance, whether it is well.
protocol HealthProbe: Sendable {
  /// Asks once; returns when the answer is yes.
  ///
  /// - Throws: `ProbeFailure` when the answer is no, late, or none.
  func check(port: Int, timeout: Duration) async throws
}

/// Why a probe did not pass, in words that stand behind "unhealthy:".
struct ProbeFailure: Error, CustomStringConvertible {
  var description: String
}

extension Duration {
  /// The same length for SwiftNIO.
  var timeAmount: TimeAmount {
    .nanoseconds(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
  }
}

extension ClientBootstrap {
  /// A client on the shared event loops that gives up connecting after `timeout`.
  static func probing(timeout: Duration) -> ClientBootstrap {
    ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(timeout.timeAmount)
  }
}

/// A TCP connection that is accepted.
struct TCPProbe: HealthProbe {
  func check(port: Int, timeout: Duration) async throws {
    do {
      let channel = try await ClientBootstrap.probing(timeout: timeout).connect(host: "127.0.0.1", port: port).get()
      try? await channel.close()
    } catch {
      throw ProbeFailure(description: "no connection to port \(port)")
    }
  }
}
