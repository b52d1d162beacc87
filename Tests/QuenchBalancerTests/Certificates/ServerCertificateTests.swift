import Foundation
import Testing

@testable import QuenchBalancer

/// What is taken for a certificate with its key, and what is not.
@Suite struct ServerCertificateTests {
  private func withCertificate(_ body: (TestCertificate) throws -> Void) throws {
    let certificate = try TestCertificate()
    defer { certificate.remove() }
    try body(certificate)
  }

  @Test func whatIsReadIsWhatOpenSSLMade() throws {
    try withCertificate { made in
      let certificate = try ServerCertificate(made.files)
      #expect(certificate.serial == (try made.serial()))
      #expect(!certificate.isExpired && certificate.begins <= Date())
      #expect(!certificate.description.contains("PRIVATE"))
      try made.make("old.test", days: -1)
      let files = Listener.Certificate(chain: "\(made.folder)/new.pem", key: "\(made.folder)/new.key")
      #expect(try ServerCertificate(files).isExpired)
    }
  }

  /// Both may stand in one file, with words around them; HAProxy gets each once.
  @Test func bothMayStandInOneFile() throws {
    try withCertificate { made in
      let words = try Tool.run("openssl", ["x509", "-in", made.files.chain, "-text"])
      let key = try String(contentsOfFile: made.files.key, encoding: .utf8)
      let path = "\(made.folder)/both.pem"
      try "about it\n\n\(words)\n\n\(key)".write(toFile: path, atomically: false, encoding: .utf8)
      #expect(chmod(path, 0o640) == 0)
      let certificate = try ServerCertificate(Listener.Certificate(chain: path, key: path))
      let pem = String(decoding: certificate.pem, as: UTF8.self)
      #expect(pem.hasPrefix("-----BEGIN CERTIFICATE-----\n") && pem.hasSuffix("-----END PRIVATE KEY-----\n"))
      #expect(pem.ranges(of: "-----BEGIN ").count == 2 && !pem.contains("\n\n"))
    }
  }

  /// A pair that cannot be used: the file that is at fault, and a word of the reason.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let part: CertificateFault.Part
    let change: String
  }

  static let faults = [
    Fault(testDescription: "does not exist", part: .chain, change: "rm site.pem"),
    Fault(testDescription: "does not exist", part: .key, change: "rm site.key"),
    Fault(testDescription: "is no file", part: .chain, change: "rm site.pem; mkdir site.pem"),
    Fault(testDescription: "is no file", part: .key, change: "rm site.key; mkfifo site.key"),
    Fault(testDescription: "larger", part: .chain, change: "truncate -s 2M site.pem"),
    Fault(testDescription: "holds no certificate", part: .chain, change: "echo >site.pem"),
    Fault(
      testDescription: "holds no certificate", part: .chain,
      change: "sed -i 3s/^...../AAAAA/ site.pem; sed -i 2d site.pem"),
    Fault(testDescription: "holds no private key", part: .key, change: "cat site.pem >site.key"),
    Fault(
      testDescription: "is encrypted", part: .key,
      change: "openssl pkey -in site.key -aes256 -passout pass:x -out e.key && cat e.key >site.key"),
    Fault(
      testDescription: "is not the key", part: .key,
      change: "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out site.key"),
    Fault(testDescription: "everybody", part: .key, change: "chmod 604 site.key"),
  ]

  @Test(arguments: faults) func whatCannotBeUsedIsTold(_ fault: Fault) throws {
    try withCertificate { made in
      try Tool.run("sh", ["-c", "cd \"$1\" && \(fault.change)", "sh", made.folder])
      let error = #expect(throws: CertificateFault.self) { try ServerCertificate(made.files) }
      #expect(error?.part == fault.part && error?.reason.contains(fault.testDescription) == true, "\(error as Any)")
      #expect(error?.path == (fault.part == .chain ? made.files.chain : made.files.key))
    }
  }
}
