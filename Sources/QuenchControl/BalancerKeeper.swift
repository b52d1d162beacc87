import QuenchBalancer
import QuenchLedger
import QuenchManagers
import QuenchProcesses
import SystemPackage

/// Keeps the balancer's process up: takes up one that runs, and starts another when it ends.
public struct BalancerKeeper: Sendable {
  private let process: BalancerProcess
  private let launcher: Launcher
  private let accessLog: FilePath?
  private let environment: [String: String]

  /// Makes a keeper.
  ///
  /// - Parameters:
  ///   - process: the balancer's process.
  ///   - launcher: what starts it.
  ///   - accessLog: the file that gets a line for each request; nil for none.
  ///   - environment: the process's whole environment.
  public init(process: BalancerProcess, launcher: Launcher, accessLog: FilePath?, environment: [String: String]) {
    self.process = process
    self.launcher = launcher
    self.accessLog = accessLog
    self.environment = environment
  }

  /// Has the balancer run.
  ///
  /// - Returns: whether it ran already.
  /// - Throws: `BalancerError` when it does not come up; `ProcessError`.
  @discardableResult
  public func ensure() async throws -> Bool {
    try await process.ensureRunning(
      launcher: launcher, environment: environment, eventLoops: 1, accessLog: accessLog)
  }

  /// Starts the balancer anew whenever it ends, and has it told where traffic goes, until the task is cancelled.
  public func run(for production: Production) async {
    var pause = Duration.zero
    while !Task.isCancelled {
      do {
        try await process.waitUntilEnded()
        try Task.checkCancellation()
        try await Task.sleep(for: pause)
        try await ensure()
        try await production.cold.publishAnew(reason: "the balancer was started anew")
        await production.cold.note(LedgerEvent("balancer-restarted", subject: "production"))
        pause = .milliseconds(200)
      } catch {
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }
}
