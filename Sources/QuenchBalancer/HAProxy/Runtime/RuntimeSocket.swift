import Dispatch
import Foundation
import SystemPackage

/// HAProxy's runtime API: one line of commands for a connection, answered until the connection ends.
struct RuntimeSocket: Sendable {
  let path: FilePath
  private static let queue = DispatchQueue(label: "quench.haproxy", qos: .userInitiated, attributes: .concurrent)
  private static let mostBytes = 64 << 20

  /// How long HAProxy may take to answer a line, to its end.
  static let patience = Duration.seconds(10)

  /// The bytes of a line of commands that fit in the smallest buffer HAProxy is configured with.
  static let lineBytes = 1500

  /// Sends commands that have nothing to say when they are carried out.
  ///
  /// - Throws: `BalancerError` with code `engine-failed` and HAProxy's words when it said something, `unreachable`.
  func carryOut(_ commands: [String]) async throws {
    for line in Self.lines(commands) {
      let answer = try await ask(line).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let complaints = answer.filter { !$0.isEmpty && !Self.isAgreement($0) }
      guard complaints.isEmpty else {
        throw BalancerError(
          .engineFailed, "HAProxy refused a change: \(complaints.prefix(2).joined(separator: " "))",
          remedy: "echo 'show stat' | socat \(path) -")
      }
    }
  }

  private static func isAgreement(_ line: String) -> Bool {
    line == "New server registered." || line == "Server deleted." || line.hasPrefix("Transaction created")
      || line.hasPrefix("Transaction updated") || line.hasPrefix("Committing") || line == "Success!"
  }

  /// Puts commands together to as few lines as HAProxy can read at a time.
  static func lines(_ commands: [String]) -> [String] {
    var lines: [String] = []
    for command in commands {
      if let last = lines.last, last.utf8.count + command.utf8.count < lineBytes {
        lines[lines.count - 1] = last + ";" + command
      } else {
        lines.append(command)
      }
    }
    return lines
  }

  /// Sends one line, and returns all that HAProxy answers.
  ///
  /// - Throws: `BalancerError` with code `unreachable`.
  func ask(_ line: String) async throws -> String {
    let socketPath = ControlSocketPath(path: path)
    do {
      return try await socketPath.withShortPath { short in
        try await withCheckedThrowingContinuation { continuation in
          Self.queue.async { continuation.resume(with: Result { try Self.exchange(line, at: short) }) }
        }
      }
    } catch let error as Errno {
      // What a socket says whose time to wait is up.
      let isLate = error == .wouldBlock || error == .timedOut || error.rawValue == EINPROGRESS
      throw BalancerError(
        .unreachable,
        "HAProxy does not answer at \(path)"
          + (isLate ? " within \(Self.patience.components.seconds) s: `\(line.prefix(60))`" : ""),
        remedy: "quench status, or apply the table again", cause: error)
    }
  }

  private static func exchange(_ line: String, at path: String) throws -> String {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    let descriptor = FileDescriptor(rawValue: number)
    defer { try? descriptor.close() }
    let end = ContinuousClock.now + patience
    var patience = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(number, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Errno.fileNameTooLong }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else { throw Errno(rawValue: errno) }
    let text = Array((line + "\n").utf8)
    var sent = 0
    while sent < text.count {
      let count = text[sent...].withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Errno(rawValue: errno) }
      sent += count
    }
    var answer: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = try room.withUnsafeMutableBytes { try descriptor.read(into: $0) }
      guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
      // Each piece has its time; so have all of them together.
      guard ContinuousClock.now < end else { throw Errno.timedOut }
      guard answer.count + count <= mostBytes else { throw Errno.noMemory }
      answer += room[..<count]
    }
  }
}
