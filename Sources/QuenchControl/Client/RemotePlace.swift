import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL
import Synchronization

/// A control plane elsewhere, and how it is reached.
struct RemotePlace: Sendable {
  /// `https://host:port`, without a slash behind it.
  let url: String
  let token: String?
  let asking: HTTPClient
  let following: HTTPClient

  /// Clients have to be shut down before they go; these go with the process, which needs one place at the most.
  private static let kept = Mutex<[HTTPClient]>([])

  /// - Parameters:
  ///   - authorities: the file of the authorities that are trusted; nil for the system's.
  ///   - certificate: the client's own, and its `key`.
  /// - Throws: `ControlError` with code `request-invalid` when a file cannot be used.
  init(
    _ url: String, token: String?, authorities: String?, certificate: String?, key: String?
  ) throws(ControlError) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.token = token.flatMap { $0.isEmpty ? nil : $0 }
    do {
      var security = TLSConfiguration.makeClientConfiguration()
      security.minimumTLSVersion = .tlsv12
      if let authorities { security.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities)) }
      if let certificate, let key {
        security.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        security.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
      }
      asking = ControlChannel.client(patience: .seconds(60), security: security)
      following = ControlChannel.client(patience: .seconds(30), security: security)
      Self.kept.withLock { [asking, following] in $0 += [asking, following] }
    } catch {
      throw ControlError(
        .requestInvalid, "a file of certificates or keys cannot be used", remedy: "they are in PEM: openssl x509, pkey",
        cause: error)
    }
  }

  /// `host:port`, for other tools.
  var address: String {
    let parts = URLComponents(string: url)
    return "\(parts?.host ?? url):\(parts?.port ?? 443)"
  }
}
