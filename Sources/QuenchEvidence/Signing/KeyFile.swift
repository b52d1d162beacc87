import Foundation
import SystemPackage

/// A file that holds a key.
struct KeyFile {
  let path: FilePath
  /// What messages call the file.
  var name: String

  /// Names a key file.
  init(path: FilePath, name: String? = nil) {
    self.path = path
    self.name = name ?? path.string
  }

  /// The text of a public key's file.
  ///
  /// - Throws: `EvidenceError` with code `key-unreadable`.
  func text() throws(EvidenceError) -> String { try read { (_: stat) throws(EvidenceError) in } }

  /// The text of a private key's file, which its owner alone may read and this user or root has to own.
  ///
  /// What is checked is the very file that is read: links are followed by opening it, once.
  /// - Throws: `EvidenceError` with code `key-unreadable` or `key-exposed`.
  func secretText() throws(EvidenceError) -> String {
    try read { (status: stat) throws(EvidenceError) in
      if path.extension == "pub" {
        throw EvidenceError(
          .keyMalformed, "\(name) is the public half of a key, which signs nothing",
          remedy: "name the private one: '\(path.string.dropLast(4))'")
      }
      if status.st_mode & 0o077 != 0 {
        throw EvidenceError(
          .keyExposed,
          "\(name) can be used by others than its owner (mode \(String(status.st_mode & 0o777, radix: 8)))",
          remedy: "chmod 600 '\(name)'")
      }
      if status.st_uid != geteuid(), status.st_uid != 0 {
        throw EvidenceError(
          .keyExposed, "\(name) belongs to another user (uid \(status.st_uid)), who could exchange it",
          remedy: "chown \(geteuid()) '\(name)'")
      }
    }
  }

  private func read(_ check: (stat) throws(EvidenceError) -> Void) throws(EvidenceError) -> String {
    let file: FileDescriptor
    do {
      // Not waiting for the other end, should it be a pipe.
      file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch {
      throw EvidenceError(.keyUnreadable, "cannot read the key \(name)", remedy: "ls -lL '\(name)'", cause: error)
    }
    defer { try? file.close() }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw EvidenceError(
        .keyUnreadable, "\(name) is not a regular file", remedy: "name a file that holds a key in PEM")
    }
    try check(status)
    guard status.st_size <= Self.largest else {
      throw EvidenceError(
        .keyUnreadable, "\(name) is too large for a key", remedy: "name a file that holds a key in PEM")
    }
    var bytes = [UInt8](repeating: 0, count: Self.largest)
    do {
      let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
      return String(decoding: bytes.prefix(count), as: UTF8.self)
    } catch {
      throw EvidenceError(.keyUnreadable, "cannot read the key \(name)", cause: error)
    }
  }

  private static let largest = 65_536
}
