import Foundation
import QuenchState
import SystemPackage

extension EmbeddedBalancer {
  /// Balances as this process's whole work, driven over a Unix socket, until it is told to stop.
  ///
  /// Cancelling the task stops it in the same way: requests under way end first. Tables are kept in memory alone; the
  /// control plane hands over the present one when it finds a balancer that has none.
  ///
  /// - Parameters:
  ///   - socket: where it is driven; its folder must be this user's alone.
  ///   - accessLog: the file that gets a line of JSON for each request; nil for none.
  ///   - eventLoops: the threads that carry traffic.
  /// - Throws: `BalancerError` with code `socket-unavailable` or `log-unwritable`.
  public static func run(socket: FilePath, accessLog: FilePath?, eventLoops: Int) async throws {
    DescriptorLimit.raise()
    signal(SIGPIPE, SIG_IGN)
    let server = try await ControlServer(socket)
    let balancer = try await EmbeddedBalancer(eventLoops: eventLoops, accessLog: accessLog, isPreferred: true)
    // It must go on to drain although its task was cancelled.
    let serving = Task { try await server.serve(balancer) }
    try await withTaskCancellationHandler {
      try await serving.value
    } onCancel: {
      Task {
        try? await balancer.stop()
        server.close()
      }
    }
  }
}
