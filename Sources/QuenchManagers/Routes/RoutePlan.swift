import QuenchBalancer
import QuenchConfiguration

/// Which class of traffic goes where, as `quench.yml` has it.
public struct RoutePlan: Sendable {
  let balancer: BalancerConfiguration
  let hot: HotConfiguration
  let serviceHasData: Bool

  /// How long it takes an instance that joins a tier to get its full share of requests.
  static let ramp: Duration = .seconds(3)

  /// Takes what counts from a configuration.
  public init(_ configuration: Configuration) {
    balancer = configuration.balancer
    hot = configuration.hot
    serviceHasData = configuration.service.data != nil
  }

  /// The table by which requests find these instances.
  ///
  /// Production prefers the cold set and falls back to verified hot instances, as far as the configuration lets them
  /// stand in; tests prefer the hot set.
  public func table(for routes: Routes, version: Int, reason: String) -> RoutingTable {
    let cold = Tier(name: "cold", backends: Self.up(routes.cold), ramp: Self.ramp)
    let standIns = Tier(
      name: "hot", backends: Self.up(routes.verifiedHot), accepts: fallback(routes) == .safe ? .safe : .all,
      ramp: Self.ramp)
    let tested = Tier(name: "hot", backends: Self.up(routes.verifiedHot + routes.otherHot), ramp: Self.ramp)
    let transport: Listener.Transport = balancer.trafficProtocol == .tcp ? .tcp : .http
    let certificate = balancer.tls.map { Listener.Certificate(chain: $0.certificate, key: $0.key) }
    return RoutingTable(
      version: version, reason: String(reason.prefix(200)),
      listeners: [
        Listener(
          id: "production", trafficClass: .production, host: balancer.production.host, port: balancer.production.port,
          transport: transport, certificate: certificate, route: "production"),
        Listener(
          id: "test", trafficClass: .test, host: balancer.test.host, port: balancer.test.port, transport: transport,
          certificate: balancer.tls?.test == true ? certificate : nil, route: "test"),
      ],
      routes: [
        Route(id: "production", tiers: [cold] + (fallback(routes) == .none ? [] : [standIns])),
        Route(id: "test", tiers: [tested] + (balancer.testFallback ? [cold] : [])),
      ],
      backends: (routes.cold + routes.verifiedHot + routes.otherHot).filter { !$0.isDown }.map { backend($0, .active) }
        + routes.standby.filter { !$0.isDown }.map { backend($0, .draining) },
      timeouts: Timeouts(
        bodyIdle: balancer.timeouts.idle, answer: balancer.timeouts.firstByte, drain: balancer.timeouts.drain),
      logsAccess: balancer.accessLog)
  }

  /// What of production a stand-in may take.
  private func fallback(_ routes: Routes) -> HotConfiguration.Fallback {
    hot.fallback ?? (serviceHasData || routes.hasData ? .safe : .all)
  }

  private static func up(_ targets: [Routes.Target]) -> [String] { targets.filter { !$0.isDown }.map(\.id) }

  private func backend(_ target: Routes.Target, _ state: Backend.State) -> Backend {
    let health = target.health
    let probe: HealthCheck.Probe =
      switch health.probe {
      case .http(let path): .path(path)
      case .tcp: .tcp
      // The balancer has no means to ask; whoever looks after the instance takes it out when it is ill.
      case .command, .grpc: .known(isHealthy: true)
      }
    return Backend(
      id: target.id, port: target.port, revision: target.revision, state: state,
      check: HealthCheck(
        probe, interval: health.interval, timeout: health.timeout, rise: health.rise, fall: health.fall))
  }
}
