import Foundation

/// How a listener speaks TLS.
public struct TLSStatus: Sendable, Equatable, Codable {
  /// The serial number of the certificate in use, in hexadecimal digits.
  public var serial: String
  /// When clients stop accepting the certificate in use.
  public var expires: Date
  /// Why the certificate that the files hold now is not in use, with the file's path; nil when it is.
  public var refusal: String?
  /// The handshakes that came to nothing; they are no requests.
  public var failedHandshakes: Int

  /// Makes a status.
  public init(serial: String, expires: Date, refusal: String? = nil, failedHandshakes: Int = 0) {
    self.serial = serial
    self.expires = expires
    self.refusal = refusal
    self.failedHandshakes = failedHandshakes
  }

  init(_ certificate: ServerCertificate, refusal: CertificateFault?, failedHandshakes: Int) {
    self.init(
      serial: certificate.serial, expires: certificate.expires, refusal: refusal?.description,
      failedHandshakes: failedHandshakes)
  }
}
