import Foundation
import QuenchProcesses
import QuenchState
import SystemPackage

/// The process of an embedded balancer: started once, and found again by every later control plane.
public struct BalancerProcess: Sendable {
  /// The socket it is driven over.
  public let socket: FilePath
  private let record: FilePath
  private let log: FilePath

  /// Names the balancer of a service in a state directory.
  public init(state: StateDirectory, service: String) {
    let name = "balancer-\(StateDirectory.fileName(of: service))"
    socket = state.run.appending(name).appending("control")
    record = state.run.appending("\(name).json")
    log = state.logs.appending("\(name).log")
  }

  /// Its control plane's end.
  public var client: EmbeddedBalancerClient { EmbeddedBalancerClient(socket: socket) }

  /// Starts the balancer unless it runs, and returns when it answers.
  ///
  /// - Parameters:
  ///   - launcher: what starts processes.
  ///   - environment: the process's whole environment.
  ///   - eventLoops: the threads that carry traffic.
  ///   - accessLog: the file that gets a line for each request; nil for none.
  /// - Returns: whether it ran already, and so has a table.
  /// - Throws: `BalancerError` with code `unreachable` when it does not come up; `ProcessError`.
  @discardableResult public func ensureRunning(
    launcher: Launcher, environment: [String: String], eventLoops: Int, accessLog: FilePath?
  ) async throws -> Bool {
    if client.isRunning, (try? await client.status(of: [])) != nil { return true }
    var arguments = [
      launcher.executable.string, "balancer", socket.string, "--event-loops", "\(eventLoops)", "--quiet",
    ]
    if let accessLog { arguments += ["--access-log", accessLog.string] }
    var launch = Launch(
      arguments: arguments, environment: environment, workingDirectory: record.removingLastComponent())
    launch.leavesDescendants = true
    let process = try await launcher.start(launch, record: record, log: log)
    let clock = ContinuousClock(), start = clock.now
    while true {
      do {
        _ = try await client.status(of: [])
        return false
      } catch {
        try Task.checkCancellation()
        guard process.isRunning, clock.now - start < .seconds(15) else {
          throw BalancerError(
            .unreachable, "the balancer did not start" + LogTail.quoted(from: log), remedy: "less '\(log)'",
            cause: error)
        }
        try await Task.sleep(for: .milliseconds(10))
      }
    }
  }

  /// Waits until the process has ended.
  ///
  /// - Throws: `CancellationError`; `ProcessError` when there never was one.
  public func waitUntilEnded() async throws { try await LaunchedProcess(adopting: record).waitUntilProcessEnded() }
}
