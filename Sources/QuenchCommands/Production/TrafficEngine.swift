import QuenchBalancer
import QuenchConfiguration
import QuenchControl
import QuenchProcesses
import QuenchState
import SystemPackage

/// What carries this host's production traffic, as `balancer.engine` names it.
struct TrafficEngine: Sendable {
  let balancer: any Balancer
  /// Keeps the embedded engine's process up; HAProxy is started by the table that it is handed.
  let keeper: BalancerKeeper?
  /// The engines that `balancer.engine` does not name, which may still hold the listeners' addresses.
  private let others: [any Balancer]

  init(_ engine: BalancerConfiguration.Engine, of service: String, state: StateDirectory, launcher: Launcher) {
    let accessLog = state.logs.appending("access-\(StateDirectory.fileName(of: service)).log")
    let process = BalancerProcess(state: state, service: service)
    let haproxy = HAProxyBalancer(
      folder: state.run.appending("haproxy-\(StateDirectory.fileName(of: service))"), launcher: launcher, threads: 1,
      accessLog: accessLog)
    switch engine {
    case .embedded:
      balancer = process.client
      others = [haproxy]
      keeper = BalancerKeeper(
        process: process, launcher: launcher, accessLog: accessLog,
        environment: ProcessEnvironment.allowed(
          temporaryDirectory: state.run,
          adding: [ProcessTable.ownerVariable: ProcessOwner.kept(in: state).text]))
    case .haproxy:
      balancer = haproxy
      others = [process.client]
      keeper = nil
    }
  }

  /// Has the engine run, and none but it, while something is done with it; one that was started for that goes again when
  /// it cannot be done.
  ///
  /// - Parameter onStop: told the name of an engine that ran until now, and was stopped.
  /// - Throws: `BalancerError` when it does not come up; `ProcessError`; what `body` throws.
  func prepare(onStop: (String) -> Void, _ body: () async throws -> Void) async throws {
    for other in others where (try? await other.status(of: [])) != nil {
      try await other.stop()
      onStop(other.engine)
    }
    let ranBefore = await isRunning
    do {
      try await keeper?.ensure()
      try await body()
    } catch {
      if !ranBefore { try? await stop() }
      throw error
    }
  }

  /// Whether the engine answers.
  var isRunning: Bool { get async { (try? await balancer.status(of: [])) != nil } }

  /// Stops the engine if it runs.
  func stop() async throws {
    guard await isRunning else { return }
    try await balancer.stop()
  }
}

extension Workspace {
  /// What carries this host's production traffic.
  ///
  /// - Throws: `ConfigurationError`; as ``serviceName()``.
  func trafficEngine() async throws -> TrafficEngine {
    let configuration = try await WorkspaceCatalog(workspace: self).configuration()
    return TrafficEngine(
      configuration.balancer.engine, of: try await serviceName(), state: state, launcher: launcher)
  }
}
