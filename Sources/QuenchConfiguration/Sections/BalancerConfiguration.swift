/// The `balancer` section: the engine, its two listeners and how the sets back each other up.
public struct BalancerConfiguration: Sendable, Equatable {
  /// What carries the traffic.
  public enum Engine: String, Sendable, CaseIterable {
    /// Quench's own proxy.
    case embedded
    /// HAProxy, configured by Quench.
    case haproxy
  }

  /// How the two sets relate.
  public enum Mode: String, Sendable, CaseIterable {
    /// One set of each; production prefers cold, tests prefer hot.
    case hotWarm = "hot-warm"
    /// Both sets always on the same revision.
    case hotHot = "hot-hot"
  }

  /// What the balancer understands of the traffic.
  public enum TrafficProtocol: String, Sendable, CaseIterable {
    /// HTTP/1.1, request by request.
    case http
    /// Anything, connection by connection.
    case tcp
  }

  /// What listeners speak TLS with.
  public struct TLS: Sendable, Equatable {
    /// The file of the certificate, with its chain behind it, in PEM; relative to the folder of `quench.yml`.
    public var certificate: String
    /// The file of its private key, in PEM; relative to the folder of `quench.yml`.
    public var key: String
    /// Whether the test listener speaks it too.
    public var test: Bool

    /// TLS for production's traffic, and for the tests' if so said.
    public init(certificate: String, key: String, test: Bool = false) {
      self.certificate = certificate
      self.key = key
      self.test = test
    }
  }

  /// How long the service may take.
  public struct Timeouts: Sendable, Equatable {
    /// From the end of a request to the first byte of its answer.
    public var firstByte: Duration
    /// Between two pieces of a body, from either side.
    public var idle: Duration
    /// For what is under way with an instance that is taken out.
    public var drain: Duration

    /// A minute, five minutes and half a minute, unless given otherwise.
    public init(firstByte: Duration = .seconds(60), idle: Duration = .seconds(300), drain: Duration = .seconds(30)) {
      self.firstByte = firstByte
      self.idle = idle
      self.drain = drain
    }
  }

  /// What carries the traffic.
  public var engine: Engine
  /// Where production's traffic arrives.
  public var production: ListenerAddress
  /// Where the tests' traffic arrives.
  public var test: ListenerAddress
  /// How the two sets relate.
  public var mode: Mode
  /// Whether the test listener may fall back to the cold set.
  public var testFallback: Bool
  /// What the balancer understands of the traffic.
  public var trafficProtocol: TrafficProtocol
  /// What listeners speak TLS with; nil where all connections are plain, or TLS is the service's own.
  public var tls: TLS?
  /// How long the service may take.
  public var timeouts: Timeouts
  /// Whether each request is written down.
  public var accessLog: Bool

  /// The embedded proxy on 127.0.0.1, ports 8080 and 8081, in hot-warm mode, unless given otherwise.
  public init(
    engine: Engine = .embedded,
    production: ListenerAddress = ListenerAddress(host: "127.0.0.1", port: 8080),
    test: ListenerAddress = ListenerAddress(host: "127.0.0.1", port: 8081),
    mode: Mode = .hotWarm,
    testFallback: Bool = false,
    trafficProtocol: TrafficProtocol = .http,
    tls: TLS? = nil,
    timeouts: Timeouts = Timeouts(),
    accessLog: Bool = true
  ) {
    self.engine = engine
    self.production = production
    self.test = test
    self.mode = mode
    self.testFallback = testFallback
    self.trafficProtocol = trafficProtocol
    self.tls = tls
    self.timeouts = timeouts
    self.accessLog = accessLog
  }
}
