import Foundation
import QuenchBalancer
import QuenchConfiguration
import SystemPackage

/// The certificate that this host's listeners speak TLS with, as it is on disk.
struct CertificateCheck: Sendable {
  /// What was read; nil where nothing speaks TLS.
  let certificate: ServerCertificate?

  /// Reads what a `quench.yml` names.
  ///
  /// - Parameter file: this host's.
  /// - Throws: `ConfigurationError` at the file of the two that cannot be used, or at what is wrong in the section.
  init(_ file: ConfigurationFile) throws(ConfigurationError) {
    guard let tls = try HostFile.tls(of: file) else {
      certificate = nil
      return
    }
    do throws(CertificateFault) {
      certificate = try ServerCertificate(Listener.Certificate(chain: tls.certificate, key: tls.key))
    } catch {
      throw file.error(
        at: ["balancer", "tls", error.part == .chain ? "certificate" : "key"],
        "\(error.description); next: \(error.remedy)")
    }
  }

  /// What is to be said of a certificate that can be used: that it has expired, or soon will have.
  var warning: String? {
    guard let certificate else { return nil }
    let day = certificate.expires.formatted(.iso8601.year().month().day())
    if certificate.isExpired {
      return "the certificate \(certificate.files.chain) expired on \(day): clients refuse it"
    }
    if certificate.begins > Date() {
      return "the certificate \(certificate.files.chain) is not valid yet: clients refuse it"
    }
    return certificate.expires.timeIntervalSinceNow < Self.soon
      ? "the certificate \(certificate.files.chain) expires on \(day)" : nil
  }

  /// Whoever renews certificates by themselves does so a month ahead.
  private static let soon: TimeInterval = 14 * 86_400
}

extension Workspace {
  /// Makes sure that production can be served over TLS where it is to be.
  ///
  /// Where it is being served so already, files that cannot be used are no reason to look after it no longer.
  ///
  /// - Throws: `ConfigurationError` at the file that cannot be used.
  func checkCertificate(of balancer: any Balancer, _ console: Console) async throws {
    guard let file = host?.file else { return }
    do {
      if let warning = try CertificateCheck(file).warning { console.progress("warning: \(warning)") }
    } catch {
      guard let status = try? await balancer.status(of: .backends), status.listeners.contains(where: { $0.tls != nil })
      else {
        throw error
      }
      console.progress("warning: the certificate before is used on: \(error.message)")
    }
  }
}
