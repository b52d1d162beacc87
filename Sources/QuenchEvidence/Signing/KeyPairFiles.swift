import Foundation
import SystemPackage

/// The two files of a new key: the private one, for its owner alone, and the public one beside it.
public struct KeyPairFiles: Sendable {
  /// The private key's file.
  public let privateKey: FilePath
  /// The public key's file: the same name with `.pub`.
  public let publicKey: FilePath

  /// Names the files.
  public init(_ path: FilePath) {
    privateKey = path
    publicKey = FilePath(path.string + ".pub")
  }

  /// Writes both files, and the folders that lead to them.
  ///
  /// Nothing that is there is overwritten, and when one of the files cannot be written neither is left.
  /// - Throws: `EvidenceError` with code `key-exists` or `key-unwritable`.
  public func write(_ key: SigningKey) throws(EvidenceError) {
    for path in [privateKey, publicKey] where Self.exists(path) {
      throw EvidenceError(.keyExists, "\(path) is there already", remedy: "name another file, or move that one away")
    }
    do {
      try FileManager.default.createDirectory(
        atPath: privateKey.removingLastComponent().string, withIntermediateDirectories: true)
    } catch {
      throw EvidenceError(
        .keyUnwritable, "cannot make the folder \(privateKey.removingLastComponent())",
        remedy: "name a place this user can write", cause: error)
    }
    try Self.create(privateKey, key.pem, [.ownerReadWrite])
    do {
      try Self.create(publicKey, key.publicKey.pem, [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      unlink(privateKey.string)
      throw error
    }
  }

  private static func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0
  }

  private static func create(_ path: FilePath, _ text: String, _ mode: FilePermissions) throws(EvidenceError) {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec], permissions: mode)
    } catch Errno.fileExists {
      throw EvidenceError(.keyExists, "\(path) is there already", remedy: "name another file, or move that one away")
    } catch {
      throw EvidenceError(
        .keyUnwritable, "cannot write \(path)", remedy: "name a place this user can write", cause: error)
    }
    do {
      try file.closeAfter {
        try file.writeAll(text.utf8)
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch {
      unlink(path.string)
      throw EvidenceError(.keyUnwritable, "cannot write \(path)", remedy: "df -h '\(path)'", cause: error)
    }
  }
}
