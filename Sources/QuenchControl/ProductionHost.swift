import Foundation
import Hummingbird
import Logging
import NIOCore
import QuenchBalancer
import QuenchLedger
import QuenchManagers
import ServiceLifecycle
import Synchronization
import SystemPackage
import UnixSignals

/// Everything that runs in a `quench serve`, until it is detached or taken down.
public struct ProductionHost: Sendable {
  private let production: Production
  private let balancer: any Balancer
  private let keeper: BalancerKeeper?
  private let ledger: Ledger
  private let socket: ControlSocket
  private let metrics: (host: String, port: Int)?
  private let remote: RemoteEndpoint?
  private let supplies: (any PromotionSupplies)?

  /// Puts it together; the caller holds the right to look after production, and has opened it.
  ///
  /// - Parameters:
  ///   - metrics: where to answer `GET /metrics` besides the control socket; nil for nowhere.
  ///   - remote: where to be asked from afar; nil for nowhere.
  ///   - supplies: takes what promotions from afar bring with them.
  public init(
    production: Production, balancer: any Balancer, keeper: BalancerKeeper?, ledger: Ledger, socket: ControlSocket,
    metrics: (host: String, port: Int)? = nil, remote: RemoteEndpoint? = nil,
    supplies: (any PromotionSupplies)? = nil
  ) {
    self.production = production
    self.balancer = balancer
    self.keeper = keeper
    self.ledger = ledger
    self.socket = socket
    self.metrics = metrics
    self.remote = remote
    self.supplies = supplies
  }

  /// How it ended.
  public enum End: Sendable {
    /// Production goes on.
    case detached
    /// Everything was stopped.
    case takenDown
  }

  /// Runs until TERM or INT detach, or until it is taken down.
  ///
  /// - Parameters:
  ///   - onReady: told the balancer's status when requests can be made.
  ///   - onEvent: told what happens.
  /// - Throws: `ControlError` with code `control-socket-unavailable` when an address cannot be listened at.
  public func run(
    onReady: @escaping @Sendable (BalancerStatus) async -> Void,
    onEvent: @escaping @Sendable (LedgerEvent) async -> Void
  ) async throws -> End {
    let logger = Logger(label: "quench.serve") { _ in SwiftLogNoOpLogHandler() }
    let (ends, end) = AsyncStream<Void>.makeStream()
    let (listens, listening) = AsyncStream<Void>.makeStream()
    let service = production.cold.service
    let recorder = SwitchRecorder(balancer: balancer, ledger: ledger, service: service)
    let upkeep = BackgroundWork { [production, keeper] in
      await withDiscardingTaskGroup { group in
        group.addTask { await production.supervise() }
        if let keeper { group.addTask { await keeper.run(for: production) } }
        group.addTask { await recorder.run() }
      }
    }
    let feed = BackgroundWork { [ledger] in await EventFeed(ledger: ledger, service: service).run(onEvent) }
    let readiness = Readiness()
    let server = ControlServer(
      production: production, balancer: balancer, token: try socket.makeToken(), supplies: supplies,
      isReady: { readiness.isReached }
    ) {
      [production, balancer] in
      let running = try await production.runningInstances()
      // A promotion under way would start what is being stopped.
      await production.runner.close(reason: "production is taken down")
      await upkeep.stop()
      do {
        try await production.shutDown { try await balancer.stopIfRunning() }
      } catch {
        // Production goes on, so it is still to be looked after.
        await production.runner.reopen()
        await upkeep.restart()
        throw error
      }
      end.yield()
      end.finish()
      return running.cold + running.hot
    }
    socket.clear()
    let isDown = Mutex(false)
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(service: upkeep, successTerminationBehavior: .ignore),
      .init(service: feed, successTerminationBehavior: .ignore),
      .init(
        service: ListeningService(
          application: server.application(at: .unixDomainSocket(path: socket.address), logger: logger) {
            listening.finish()
          }, place: socket.path.string)),
      .init(
        service: BackgroundWork { [production, balancer] in
          for await _ in listens {}
          guard let status = await Self.served(production, by: balancer) else { return }
          readiness.reach()
          await onReady(status)
        }, successTerminationBehavior: .ignore),
      .init(
        service: BackgroundWork {
          for await _ in ends { isDown.withLock { $0 = true } }
        }, successTerminationBehavior: .gracefullyShutdownGroup),
    ]
    if let metrics {
      services.append(
        .init(
          service: ListeningService(
            application: server.metricsApplication(at: .hostname(metrics.host, port: metrics.port), logger: logger),
            place: "\(metrics.host):\(metrics.port)")))
    }
    if let remote {
      services.append(
        .init(
          service: ListeningService(
            application: try server.remoteApplication(at: remote, ledger: ledger, logger: logger),
            place: "\(remote.host):\(remote.port)")
        ))
    }
    let group = ServiceGroup(
      configuration: .init(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint, .sighup], logger: logger))
    try await group.run()
    socket.clear()
    return isDown.withLock { $0 } ? .takenDown : .detached
  }
}

extension ProductionHost {
  /// The balancer's status as soon as what is promoted is well and served; at once while nothing is promoted, or all was
  /// stopped on purpose.
  private static func served(_ production: Production, by balancer: any Balancer) async -> BalancerStatus? {
    while !Task.isCancelled {
      // Asked of the instances themselves: a balancer may take one that it has not checked yet for well.
      let live = await production.cold.status().live
      let isWell = await !production.cold.isToServe || live?.isHealthy == true
      if isWell, let status = try? await balancer.status(of: .backends),
        await !production.cold.isToServe || status.isServed
      {
        return status
      }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }
}

extension Balancer {
  /// Stops it; one that does not run is stopped.
  fileprivate func stopIfRunning() async throws {
    do {
      try await stop()
    } catch let error as BalancerError where error.code == .unreachable {
      return
    }
  }
}

extension BalancerStatus {
  /// Whether somebody serves production's traffic.
  fileprivate var isServed: Bool { listeners.contains { $0.trafficClass == .production && $0.serving != nil } }
}

/// Whether something was reached, which stays so.
private final class Readiness: Sendable {
  private let value = Mutex(false)

  var isReached: Bool { value.withLock(\.self) }

  func reach() { value.withLock { $0 = true } }
}

/// A server whose failure to listen says where it was to.
private struct ListeningService<Application: ApplicationProtocol>: Service {
  let application: Application
  let place: String

  func run() async throws {
    do {
      try await application.run()
    } catch let error as IOError {
      throw ControlError(
        .socketUnavailable, "cannot listen at \(place): \(error.errnoCode == EADDRINUSE ? "it is taken" : "\(error)")",
        remedy: "ss -ltnp", cause: nil)
    }
  }
}

/// Work that goes on until it is stopped, or until its process is to end.
actor BackgroundWork: Service {
  private let work: @Sendable () async -> Void
  private var task: Task<Void, Never>
  private var isEnding = false

  init(_ work: @escaping @Sendable () async -> Void) {
    self.work = work
    task = Task { await work() }
  }

  func run() async throws {
    await withTaskCancellationOrGracefulShutdownHandler {
      await finish()
    } onCancelOrGracefulShutdown: {
      Task { await self.end() }
    }
  }

  private func finish() async {
    while true {
      let current = task
      await current.value
      if current == task { return }
    }
  }

  private func end() {
    isEnding = true
    task.cancel()
  }

  /// Stops the work, and returns when it has ended.
  func stop() async {
    task.cancel()
    await task.value
  }

  /// Does the work again after it was stopped.
  func restart() {
    if !isEnding { task = Task { await work() } }
  }
}
