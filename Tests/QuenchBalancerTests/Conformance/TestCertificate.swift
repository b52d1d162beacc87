import Foundation
import NIOSSL
import QuenchBalancer

/// A certificate that `openssl` has made, with its key, in a folder of its own.
struct TestCertificate: Sendable {
  /// What a test's listeners and clients speak TLS with; nil for plain connections.
  @TaskLocal static var current: TestCertificate?

  /// What clients speak TLS with that take any certificate.
  static let client = Result {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    return try NIOSSLContext(configuration: configuration)
  }

  let folder: String

  var files: Listener.Certificate { Listener.Certificate(chain: "\(folder)/site.pem", key: "\(folder)/site.key") }

  init(_ name: String = "one.test", days: Int = 30) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "quench-certificate-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try renew(name, days: days)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Puts another certificate in the place of the one before, each file whole.
  func renew(_ name: String, days: Int = 30) throws {
    try make(name, days: days)
    for (new, place) in [("new.key", files.key), ("new.pem", files.chain)] {
      guard rename("\(folder)/\(new)", place) == 0 else { throw Tool.Failure(words: "rename: \(errno)") }
    }
  }

  /// Makes `new.pem` and `new.key`; with fewer days than none, a certificate that has expired.
  func make(_ name: String, days: Int = 30) throws {
    let request = ["-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)"]
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(folder)/new.key"]
    try Tool.run("openssl", ["req", "-new"] + key + ["-out", "\(folder)/new.csr"] + request)
    try Tool.run(
      "openssl",
      [
        "x509", "-req", "-in", "\(folder)/new.csr", "-key", "\(folder)/new.key", "-days", "\(days)", "-copy_extensions",
        "copy", "-out", "\(folder)/new.pem",
      ])
  }

  /// The serial number as `openssl` says it.
  func serial() throws -> String {
    try Tool.run("openssl", ["x509", "-in", files.chain, "-noout", "-serial"]).serial
  }
}

/// A program of the system.
enum Tool {
  struct Failure: Error, CustomStringConvertible {
    var words: String
    var description: String { words }
  }

  /// Runs it to its end, and gives all that it printed.
  ///
  /// - Parameters:
  ///   - input: what it reads; it waits for more for as long as it likes where `isKeptOpen`.
  ///   - mayFail: whether a status that is not 0 is no error.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], input: String = "", mayFail: Bool = false) throws -> String
  {
    let process = Process(), output = Pipe(), inlet = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = output
    process.standardError = output
    process.standardInput = inlet
    try process.run()
    try inlet.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try inlet.fileHandleForWriting.close()
    let words = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard mayFail || process.terminationStatus == 0 else {
      throw Failure(words: "\(program) \(arguments.joined(separator: " ")): \(words)")
    }
    return words
  }
}

extension String {
  /// The number in `serial=…`, in small letters.
  var serial: String {
    firstMatch(of: /serial=([0-9A-Fa-f]+)/).map { String($0.1).lowercased() } ?? "none in \(self)"
  }
}
