import Foundation
import QuenchState
import SystemPackage

/// Where a control socket is; also where its path is longer than a socket's address can hold.
struct ControlSocketPath: Sendable {
  let path: FilePath

  /// The lock that its server holds as long as it lives.
  var lock: FileLock { FileLock(path: FilePath(path.string + ".lock")) }

  /// Calls `body` with a path that is short enough to bind or connect to.
  ///
  /// - Throws: `BalancerError` with code `socket-unavailable`, and what `body` throws.
  func withShortPath<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
  ) async throws -> Result {
    guard path.string.utf8.count > 100 else { return try await body(path.string) }
    guard let name = path.lastComponent, FileManager.default.fileExists(atPath: "/proc/self/fd") else {
      throw BalancerError(
        .socketUnavailable, "the socket's path is too long: \(path)",
        remedy: "set QUENCH_HOME to a folder with a shorter path")
    }
    let folder: FileDescriptor
    do {
      folder = try .open(path.removingLastComponent(), .readOnly, options: [.directory, .closeOnExec])
    } catch {
      throw BalancerError(.socketUnavailable, "cannot open \(path.removingLastComponent())", cause: error)
    }
    defer { try? folder.close() }
    return try await body("/proc/self/fd/\(folder.rawValue)/\(name.string)")
  }

  /// Makes sure that nobody but this user can reach the socket, and that there is none.
  ///
  /// - Throws: `BalancerError` with code `socket-unavailable`.
  func prepare() throws(BalancerError) {
    let folder = path.removingLastComponent().string
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw BalancerError(.socketUnavailable, "cannot make the folder \(folder)", cause: error)
    }
    var status = stat()
    guard lstat(folder, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw BalancerError(
        .socketUnavailable, "others may enter the socket's folder \(folder)", remedy: "chmod 700 '\(folder)'")
    }
    guard unlink(path.string) == 0 || errno == ENOENT else {
      throw BalancerError(.socketUnavailable, "cannot remove the old socket \(path)", remedy: "ls -ld '\(path)'")
    }
  }
}
