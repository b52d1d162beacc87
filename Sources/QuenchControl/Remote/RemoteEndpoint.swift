import HummingbirdTLS
import NIOSSL
import QuenchLedger

/// Where and how a control plane is asked from afar: over TLS alone.
public struct RemoteEndpoint: Sendable {
  let host: String
  let port: Int
  let security: TLSConfiguration
  let certified: Set<AccessScope>

  /// Reads the certificate and the key.
  ///
  /// - Parameters:
  ///   - certificate: the file of the certificate, with its chain behind it, in PEM.
  ///   - key: the file of its private key, in PEM.
  ///   - clients: the file of the authorities whose certificates clients have to have; nil where a token will do.
  ///   - certified: what whoever has such a certificate may do without a token.
  /// - Throws: `ControlError` with code `control-socket-unavailable`.
  public init(
    host: String, port: Int, certificate: String, key: String, clients: String? = nil, certified: Set<AccessScope> = []
  ) throws(ControlError) {
    self.host = host
    self.port = port
    self.certified = clients == nil ? [] : certified
    let chain: [NIOSSLCertificateSource], secret: NIOSSLPrivateKey
    do {
      chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
    } catch {
      throw ControlError(
        .socketUnavailable, "the certificate \(certificate) cannot be used for the API",
        remedy: "openssl x509 -in '\(certificate)' -noout -text", cause: error)
    }
    do {
      secret = try NIOSSLPrivateKey(file: key, format: .pem)
    } catch {
      throw ControlError(
        .socketUnavailable, "the key \(key) cannot be used for the API",
        remedy: "openssl pkey -in '\(key)' -noout", cause: error)
    }
    do {
      var security = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(secret))
      security.minimumTLSVersion = .tlsv12
      security.applicationProtocols = ["http/1.1"]
      if let clients {
        security.trustRoots = .file(clients)
        security.certificateVerification = .noHostnameVerification
      }
      // A certificate that does not belong to its key is found now, not by the first client.
      _ = try NIOSSLContext(configuration: security)
      self.security = security
    } catch {
      throw ControlError(
        .socketUnavailable, "the certificate \(certificate) and the key \(key) cannot be used together for the API",
        remedy: "openssl x509 -in '\(certificate)' -noout -text", cause: error)
    }
  }
}
