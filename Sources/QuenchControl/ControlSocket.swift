import Foundation
import QuenchState
import SystemPackage

/// The Unix socket at which the control plane of a state folder listens.
///
/// A socket's address may have 104 to 108 bytes, and state folders may lie deeper: there it is reached through an open
/// descriptor of the folder it is in, where the system has `/proc`.
public struct ControlSocket: Sendable {
  /// Where the socket is.
  public let path: FilePath
  private let folder: FileDescriptor?
  private static let longest = 100

  /// The socket of a service in a state folder.
  ///
  /// - Throws: `ControlError` with code `control-socket-unavailable`.
  public init(_ state: StateDirectory, service: String) throws(ControlError) {
    path = state.run.appending("serve-\(StateDirectory.fileName(of: service)).sock")
    guard path.string.utf8.count > Self.longest else {
      folder = nil
      return
    }
    do {
      folder = try FileDescriptor.open(state.run, .readOnly, options: [.directory, .closeOnExec])
    } catch {
      throw ControlError(.socketUnavailable, "cannot open the folder \(state.run)", cause: error)
    }
  }

  /// The address to bind or connect to, for as long as this value is kept.
  public var address: String {
    guard let folder else { return path.string }
    return "/proc/self/fd/\(folder.rawValue)/\(path.lastComponent?.string ?? "")"
  }

  /// What whoever asks shows; nil where nothing has listened yet.
  var token: ControlToken? { ControlToken(beside: path) }

  /// Makes what whoever asks has to show, unless it is there from before.
  ///
  /// - Throws: `ControlError` with code `control-socket-unavailable`.
  func makeToken() throws(ControlError) -> ControlToken {
    do {
      return try ControlToken.make(beside: path)
    } catch {
      throw ControlError(.socketUnavailable, error.message, remedy: error.remedy, cause: error.cause)
    }
  }

  /// Removes what an earlier control plane left; the caller holds the lock that says there is none.
  public func clear() { try? FileManager.default.removeItem(atPath: path.string) }
}
