/// How much a client or a backend may ask for.
public struct Limits: Sendable, Hashable, Codable {
  /// The bytes of a request's or answer's head, its first line included; more is answered 431, or 502.
  public var headBytes: Int
  /// The header fields of a head, and the trailer fields behind a body.
  public var headerCount: Int
  /// The clients' connections at a time, a quarter of them for tests; more wait in the system's queue.
  ///
  /// There are fewer where the process may not have twice as many descriptors: then some for those that are answered, each
  /// with its backend, and more of those that wait for their next request.
  public var connections: Int
  /// The kept-alive connections to each backend that nobody uses, for each event loop.
  public var idleBackendConnections: Int

  /// Makes the limits.
  public init(
    headBytes: Int = 32768, headerCount: Int = 100, connections: Int = 20000,
    idleBackendConnections: Int = 128
  ) {
    self.headBytes = headBytes
    self.headerCount = headerCount
    self.connections = connections
    self.idleBackendConnections = idleBackendConnections
  }

  /// The TLS handshakes under way at a time, for each event loop: a small part of the connections, because each is dear
  /// and takes no client long.
  var handshakes: Int { max(2, connections / 16) }
}

/// How long a client or a backend may take.
public struct Timeouts: Sendable, Hashable, Codable {
  /// From a request's first byte to the end of its head, and from accepting a connection to its first byte: 408.
  ///
  /// A TLS handshake has as long before that.
  @Seconds public var head: Duration
  /// Between two pieces of a body, from either side, while the other side waits for it.
  @Seconds public var bodyIdle: Duration
  /// Between an answer and the next request on a kept-alive connection of a client.
  @Seconds public var keepAliveIdle: Duration
  /// For a connection to a backend to be accepted.
  @Seconds public var connect: Duration
  /// From the end of a request to the first byte of the answer: 504.
  @Seconds public var answer: Duration
  /// Without a byte in either direction on an upgraded connection, or one of transport `tcp`.
  @Seconds public var tunnelIdle: Duration
  /// For what is under way with a backend that was taken out of the table, and for all when the balancer stops.
  @Seconds public var drain: Duration

  /// Makes the times.
  public init(
    head: Duration = .seconds(10), bodyIdle: Duration = .seconds(300), keepAliveIdle: Duration = .seconds(75),
    connect: Duration = .seconds(2), answer: Duration = .seconds(60), tunnelIdle: Duration = .seconds(3600),
    drain: Duration = .seconds(30)
  ) {
    self.head = head
    self.bodyIdle = bodyIdle
    self.keepAliveIdle = keepAliveIdle
    self.connect = connect
    self.answer = answer
    self.tunnelIdle = tunnelIdle
    self.drain = drain
  }
}

/// How many requests may be tried again at a time, so that retries do not finish off a service that is going down.
public struct RetryBudget: Sendable, Hashable, Codable {
  /// The share of the requests under way that may be retries: 0 to 1.
  public var share: Double
  /// How many may be, however few requests are under way.
  public var minimum: Int
  /// How often one request is sent at most, the first time included.
  public var attempts: Int
  /// What the second retry waits on average; each further one twice as long.
  ///
  /// The first goes to another backend at once.
  @Seconds public var backOff: Duration

  /// Makes a budget.
  public init(share: Double = 0.2, minimum: Int = 3, attempts: Int = 4, backOff: Duration = .milliseconds(20)) {
    self.share = share
    self.minimum = minimum
    self.attempts = attempts
    self.backOff = backOff
  }
}
