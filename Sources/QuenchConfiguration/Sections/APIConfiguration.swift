/// The `api` section: where a control plane is asked from afar, over TLS.
public struct APIConfiguration: Sendable, Equatable {
  /// Clients that are known by a certificate.
  public struct Clients: Sendable, Equatable {
    /// The file of the authorities that have signed their certificates, in PEM; relative to the folder of `quench.yml`.
    public var authorities: String
    /// What such a client may do without a token: `read`, `promote`, `rollback`, `freeze`, `override`.
    public var can: [String]

    /// Clients of authorities.
    public init(authorities: String, can: [String] = []) {
      self.authorities = authorities
      self.can = can
    }
  }

  /// What a client may be let do.
  public static let scopes = ["read", "promote", "rollback", "freeze", "override"]

  /// Where it listens.
  public var listen: ListenerAddress
  /// The file of the certificate, with its chain behind it, in PEM; relative to the folder of `quench.yml`.
  public var certificate: String
  /// The file of its private key, in PEM; relative to the folder of `quench.yml`.
  public var key: String
  /// The clients that are known by a certificate; nil where a token will do.
  public var clients: Clients?

  /// An API at an address.
  public init(listen: ListenerAddress, certificate: String, key: String, clients: Clients? = nil) {
    self.listen = listen
    self.certificate = certificate
    self.key = key
    self.clients = clients
  }
}
