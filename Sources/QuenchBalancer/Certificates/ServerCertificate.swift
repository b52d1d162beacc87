import Foundation
import NIOCore
import NIOSSL
import SystemPackage

/// A certificate with its chain and its private key, read from their files and found to belong together.
///
/// Whoever has one may speak TLS with it at once. It is never encoded, and its description holds nothing of the key.
public struct ServerCertificate: Sendable {
  /// The files that it was read from.
  public let files: Listener.Certificate
  /// The serial number of the certificate, in hexadecimal digits.
  public let serial: String
  /// When clients begin to accept it.
  public let begins: Date
  /// When clients stop accepting it.
  public let expires: Date

  private let chain: [NIOSSLCertificate]
  private let key: NIOSSLPrivateKey
  /// The certificate with its chain and its key in one text without empty lines, as HAProxy takes them.
  let pem: Data

  /// The largest file that is read, in bytes.
  private static let mostBytes = 1 << 20

  /// Reads both files.
  ///
  /// - Throws: ``CertificateFault`` when one is missing, unreadable, no PEM, or the key of something else; also when
  ///   everybody may read the key, and when it is encrypted.
  public init(_ files: Listener.Certificate) throws(CertificateFault) {
    self.files = files
    let certificates = try Self.read(.chain, files), secret = try Self.read(.key, files)
    do {
      chain = try NIOSSLCertificate.fromPEMBytes(certificates)
    } catch {
      throw CertificateFault(
        .chain, files, "holds no certificate in PEM", remedy: "openssl x509 -in '\(files.chain)' -noout -text")
    }
    guard let leaf = chain.first else { throw CertificateFault(.chain, files, "holds no certificate in PEM") }
    do {
      // Without this, an encrypted key would have the passphrase asked for on the terminal.
      key = try NIOSSLPrivateKey(bytes: secret, format: .pem) { (_: NIOSSLPassphraseSetter<[UInt8]>) in
        throw CertificateFault(.key, files, "is encrypted")
      }
    } catch {
      let isEncrypted = String(decoding: secret, as: UTF8.self).contains("ENCRYPTED")
      throw CertificateFault(
        .key, files,
        isEncrypted ? "is encrypted, and there is nobody to ask for its passphrase" : "holds no private key",
        remedy: isEncrypted ? "openssl pkey -in '\(files.key)' -out KEY, and name that one" : nil)
    }
    pem = Data((Self.blocks("CERTIFICATE", in: certificates) + Self.blocks("PRIVATE KEY", in: secret)).utf8)
    serial = leaf.serialNumber.map { String(format: "%02x", $0) }.joined()
    begins = Date(timeIntervalSince1970: TimeInterval(leaf.notValidBefore))
    expires = Date(timeIntervalSince1970: TimeInterval(leaf.notValidAfter))
    _ = try context(for: .http)
  }

  /// Whether clients accept it no longer.
  public var isExpired: Bool { expires <= Date() }

  /// Whether both are the same certificate with the same chain.
  func isSame(as other: ServerCertificate) -> Bool { chain == other.chain && key == other.key }

  /// What connections of a listener are secured by: TLS 1.2 and 1.3 with forward secrecy, and no protocol but HTTP/1.1;
  /// what a listener of transport `tcp` passes on may be any.
  ///
  /// - Throws: ``CertificateFault`` when the key is not the certificate's.
  func context(for transport: Listener.Transport) throws(CertificateFault) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = [
      .TLS_AES_128_GCM_SHA256, .TLS_AES_256_GCM_SHA384, .TLS_CHACHA20_POLY1305_SHA256,
      .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
      .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
      .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
    configuration.applicationProtocols = transport == .http ? ["http/1.1"] : []
    configuration.shutdownTimeout = .seconds(2)
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw CertificateFault(
        .key, files, "is not the key of the certificate \(files.chain)",
        remedy: "compare openssl x509 -in '\(files.chain)' -noout -pubkey and openssl pkey -in '\(files.key)' -pubout")
    }
  }

  /// The parts of a PEM file whose label ends with a word, without what stands between them (RFC 7468).
  private static func blocks(_ label: String, in bytes: [UInt8]) -> String {
    var text = "", isWithin = false
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      if line.hasPrefix("-----BEGIN "), line.hasSuffix("\(label)-----") { isWithin = true }
      if isWithin { text += "\(line)\n" }
      if line.hasPrefix("-----END ") { isWithin = false }
    }
    return text
  }

  private static func read(
    _ part: CertificateFault.Part, _ files: Listener.Certificate
  ) throws(CertificateFault) -> [UInt8] {
    let path = part == .chain ? files.chain : files.key
    var status = stat()
    let file: SystemPackage.FileDescriptor
    do {
      file = try SystemPackage.FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch let error as Errno {
      throw CertificateFault(
        part, files, error == .noSuchFileOrDirectory ? "does not exist" : "cannot be read: \(error)")
    } catch {
      throw CertificateFault(part, files, "cannot be read: \(error)")
    }
    defer { try? file.close() }
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CertificateFault(part, files, "is no file")
    }
    if part == .key, status.st_mode & 0o007 != 0 {
      throw CertificateFault(part, files, "can be reached by everybody on this machine", remedy: "chmod o= '\(path)'")
    }
    guard status.st_size <= mostBytes else { throw CertificateFault(part, files, "is larger than 1 MiB") }
    do {
      var bytes: [UInt8] = []
      var room = [UInt8](repeating: 0, count: 65536)
      while bytes.count <= mostBytes {
        let count = try room.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        bytes += room[..<count]
      }
      return bytes
    } catch {
      throw CertificateFault(part, files, "cannot be read: \(error)")
    }
  }
}

extension ServerCertificate: CustomStringConvertible {
  /// The path of the certificate and its serial number.
  public var description: String { "\(files.chain) (\(serial))" }
}
