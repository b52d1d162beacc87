/// Everything one `quench.yml` says: the service, its suites, the two sets, the balancer and the gate.
public struct Configuration: Sendable, Equatable {
  /// What is built and run.
  public var service: ServiceConfiguration
  /// The suites, in the order of the file.
  public var suites: [SuiteConfiguration]
  /// The hot set.
  public var hot: HotConfiguration
  /// The cold set.
  public var cold: ColdConfiguration
  /// The balancer in front of both sets.
  public var balancer: BalancerConfiguration
  /// What a build needs before it may be promoted.
  public var gate: GateConfiguration
  /// Where a control plane is asked from afar; nil for nowhere.
  public var api: APIConfiguration?

  /// A configuration of `service`; every other section has its defaults unless given.
  public init(
    service: ServiceConfiguration,
    suites: [SuiteConfiguration] = [],
    hot: HotConfiguration = HotConfiguration(),
    cold: ColdConfiguration = ColdConfiguration(),
    balancer: BalancerConfiguration = BalancerConfiguration(),
    gate: GateConfiguration = GateConfiguration(),
    api: APIConfiguration? = nil
  ) {
    self.service = service
    self.suites = suites
    self.hot = hot
    self.cold = cold
    self.balancer = balancer
    self.gate = gate
    self.api = api
  }

  /// What a hot stand-in may take of production: the file's word, or `safe` for a service with data and `all` without.
  public var fallback: HotConfiguration.Fallback {
    hot.fallback ?? (service.data == nil ? .all : .safe)
  }
}
