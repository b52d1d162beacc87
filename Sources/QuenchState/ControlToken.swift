import Foundation
import SystemPackage

/// What a command shows at a control socket, so that it is known not to be the code under test.
///
/// That code runs as the same user, and Landlock (see landlock(7)) keeps nobody from connecting to a socket whose path he
/// knows. But it keeps the code under test from reading files in the run folder, and there the token stands, beside the
/// socket and for its owner alone.
public struct ControlToken: Sendable, Equatable {
  /// 32 hexadecimal digits.
  public let text: String

  /// The token of what listens at `socket`, made now where there is none.
  ///
  /// It stays the same from one server to the next.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  public static func make(beside socket: FilePath) throws(StateError) -> ControlToken {
    let path = file(beside: socket)
    if let known = ControlToken(beside: socket) { return known }
    let text = (0..<4).map { _ in
      let digits = String(UInt32.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
    let draft = FilePath("\(path).\(text)")
    do {
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: [.ownerReadWrite])
      defer { unlink(draft.string) }
      try file.closeAfter { _ = try file.writeAll(text.utf8) }
      // Who is first makes it; a file with something else in it is nobody's token.
      if link(draft.string, path.string) != 0 {
        if let known = ControlToken(beside: socket) { return known }
        guard rename(draft.string, path.string) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch {
      throw StateError(
        .unwritable, "cannot write \(path)", remedy: "ls -ld '\(path.removingLastComponent())'", cause: error)
    }
    return ControlToken(text: text)
  }

  /// The token of what listens at `socket`; nil where there is none that only this user can read.
  public init?(beside socket: FilePath) {
    guard
      let file = try? FileDescriptor.open(
        Self.file(beside: socket), .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
    else { return nil }
    defer { try? file.close() }
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o077 == 0
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: 33)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) }), count == 32 else { return nil }
    self.init(text: String(decoding: bytes.prefix(count), as: UTF8.self))
  }

  private init(text: String) { self.text = text }

  /// Whether somebody showed this token; takes as long for any text of its length.
  public func isShown(by text: String?) -> Bool {
    self.text.isSameInConstantTime(as: text ?? "")
  }

  private static func file(beside socket: FilePath) -> FilePath { FilePath("\(socket).token") }
}
