/// Whom a listener serves.
public enum TrafficClass: String, Sendable, Hashable, Codable, CaseIterable {
  /// The users of the service.
  case production
  /// Tests.
  case test

  /// Its share of the connections that clients may have: a quarter for tests, the others for production, so that neither
  /// can take those of the other; at least one.
  func share(of connections: Int) -> Int {
    let tests = max(1, connections / 4)
    return self == .test ? tests : max(1, connections - tests)
  }
}

/// One address that the balancer accepts connections at.
public struct Listener: Sendable, Hashable, Codable, Identifiable {
  /// How connections are treated.
  public enum Transport: String, Sendable, Hashable, Codable {
    /// HTTP/1.1 and 1.0, switched per request.
    case http
    /// Bytes of any protocol, switched per connection.
    case tcp
  }

  /// The files that a listener speaks TLS with, in PEM; read again when they change.
  public struct Certificate: Sendable, Hashable, Codable {
    /// The path of the certificate, with its chain behind it.
    public var chain: String
    /// The path of the private key.
    public var key: String

    /// Names the files.
    public init(chain: String, key: String) {
      self.chain = chain
      self.key = key
    }
  }

  /// The listener's name, under which its socket is kept from one table to the next.
  public var id: String
  /// Whom it serves.
  public var trafficClass: TrafficClass
  /// The address to listen at: an IPv4 or IPv6 address, or `localhost`.
  public var host: String
  /// The port; 0 takes a free one, which the status tells and which is kept as long as the listener.
  public var port: Int
  /// How connections are treated.
  public var transport: Transport
  /// What it speaks TLS with; nil for plain connections.
  public var certificate: Certificate?
  /// The route that its requests take.
  public var route: String

  /// Makes a listener.
  public init(
    id: String, trafficClass: TrafficClass, host: String = "127.0.0.1", port: Int, transport: Transport = .http,
    certificate: Certificate? = nil, route: String
  ) {
    self.id = id
    self.trafficClass = trafficClass
    self.host = host
    self.port = port
    self.transport = transport
    self.certificate = certificate
    self.route = route
  }
}
