import NIOCore
import NIOPosix

/// That this machine lacks what a connection takes: descriptors, ports or memory.
///
/// It says nothing of whoever was to be connected to.
public struct LocalShortage: Error, CustomStringConvertible {
  /// What is lacking, in the system's words.
  public let description: String

  /// Takes it from an error of a connection that was not made; nil where that has another reason.
  public init?(_ error: any Error) {
    switch error {
    case let error as LocalShortage: self = error
    case let error as IOError where Self.codes.contains(error.errnoCode): description = error.description
    case let error as NIOConnectionError:
      guard let shortage = error.connectionErrors.lazy.compactMap({ LocalShortage($0.error) }).first else { return nil }
      self = shortage
    default: return nil
    }
  }

  private static let codes: Set<Int32> = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL]
}
