import Foundation
import SystemPackage

/// Where the signing key is: the file that `QUENCH_SIGNING_KEY` names, or the key itself in that variable.
///
/// Nothing prints what the variable holds, which may be the key.
public struct SigningKeySource: Sendable {
  /// The variable of the environment.
  public static let variable = "QUENCH_SIGNING_KEY"

  private enum Place {
    case text(String)
    case file(FilePath, isNameShown: Bool)
  }

  private let place: Place

  /// Reads the variable; nil when it is not set, or empty.
  ///
  /// - Parameter folder: what a relative path starts from.
  public init?(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    folder: FilePath = FilePath(FileManager.default.currentDirectoryPath)
  ) {
    guard let value = environment[Self.variable], !value.isEmpty else { return nil }
    if PEMBlock.isIn(value) {
      place = .text(value)
    } else {
      let path = folder.pushing(FilePath(value))
      place = .file(path, isNameShown: Self.isSafeToShow(path))
    }
  }

  /// The file that holds the key, which no command under test may read; nil when the variable does.
  public var file: FilePath? {
    if case .file(let path, _) = place { path } else { nil }
  }

  /// Reads the key.
  ///
  /// - Throws: `EvidenceError` with code `key-unreadable`, `key-exposed` or `key-malformed`, which has nothing of the
  ///   key in it.
  public func key() throws(EvidenceError) -> SigningKey {
    switch place {
    case .text(let text):
      return try SigningKey(pem: text, from: Self.variable)
    case .file(let path, let isNameShown):
      guard isNameShown else {
        throw EvidenceError(
          .keyUnreadable, "\(Self.variable) holds neither the path of a file nor a key in PEM",
          remedy: "set it to the path of a key, or to the whole text of one, BEGIN and END lines included")
      }
      return try SigningKey(pem: try KeyFile(path: path).secretText(), from: path.string)
    }
  }

  /// Whether a path is one, and not a key that lost its first and last line, which must not get into a log.
  private static func isSafeToShow(_ path: FilePath) -> Bool {
    var status = stat()
    if lstat(path.string, &status) == 0 { return true }
    // An Ed25519 key is at least 43 characters in base64.
    return (path.lastComponent?.string.utf8.count ?? 0) < 43
      && stat(path.removingLastComponent().string, &status) == 0
  }
}

extension SigningKeySource: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The variable's name.
  public var description: String { Self.variable }
  /// The variable's name.
  public var debugDescription: String { description }
  /// The variable's name alone.
  public var customMirror: Mirror { Mirror(self, children: ["variable": Self.variable]) }
}
