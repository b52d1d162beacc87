import Foundation
import NIOCore
import NIOPosix

/// One question to an instance, whether it is well.
public protocol HealthProbe: Sendable {
  /// Asks once; returns when the answer is yes.
  ///
  /// - Throws: `ProbeFailure` when the answer is no, late, or none; `LocalShortage` when it could not be asked.
  func check(port: Int, timeout: Duration) async throws
}

/// Why a probe did not pass, in words that stand behind "unhealthy:".
public struct ProbeFailure: Error, CustomStringConvertible {
  /// The reason.
  public var description: String
}

extension ProbeFailure {
  /// That no connection to a port came about.
  init(connectingTo port: Int, _ error: any Error) {
    let failures = (error as? NIOConnectionError)?.connectionErrors.map(\.error) ?? [error]
    let isRefused = failures.contains { ($0 as? IOError)?.errnoCode == ECONNREFUSED }
    description = isRefused ? "port \(port) refuses connections" : "no connection to port \(port)"
  }
}

extension Duration {
  /// The same length for SwiftNIO.
  public var timeAmount: TimeAmount {
    .nanoseconds(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
  }
}

extension EventLoopFuture where Value: Sendable {
  /// Waits for the value; a task that is cancelled meanwhile has the channel closed, so that it is not waited for.
  ///
  /// - Throws: the future's error; `CancellationError`.
  func get(closing channel: any Channel) async throws -> Value {
    do {
      return try await withTaskCancellationHandler {
        try await get()
      } onCancel: {
        channel.close(promise: nil)
      }
    } catch {
      try Task.checkCancellation()
      throw error
    }
  }
}

extension ClientBootstrap {
  /// A client on the shared event loops that gives up connecting after `timeout`.
  static func probing(timeout: Duration) -> ClientBootstrap {
    ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(timeout.timeAmount)
  }
}

/// A TCP connection that is accepted.
public struct TCPProbe: HealthProbe {
  private let host: String

  /// A probe of ports of `host`.
  public init(host: String = "127.0.0.1") { self.host = host }

  /// Connects once.
  ///
  /// - Throws: `ProbeFailure` when that is refused or takes too long; `LocalShortage` when it could not be tried.
  public func check(port: Int, timeout: Duration) async throws {
    do {
      let channel = try await ClientBootstrap.probing(timeout: timeout).connect(host: host, port: port).get()
      try? await channel.close()
    } catch {
      if let shortage = LocalShortage(error) { throw shortage }
      throw ProbeFailure(connectingTo: port, error)
    }
  }
}
