import Dispatch
import Foundation
import NIOConcurrencyHelpers
import SystemPackage

/// The access log: one JSON line for each request, written by a thread of its own so that no event loop waits for the disk.
///
/// A file that was moved away is made anew. One that has become large takes the place of the one before it, which is gone
/// then, so that no more than two such files are there. When the disk cannot keep up, lines are dropped and counted rather
/// than kept.
final class AccessLog: Sendable {
  private struct State {
    var pending: [UInt8] = []
    var dropped = 0
    var isWriting = false
  }

  private static let most = 4 << 20
  private static let enough = 32768

  /// How large a file becomes, in bytes.
  static let longest = 64 << 20

  let path: FilePath
  private let longest: Int
  private let state = NIOLockedValueBox(State())
  private let queue = DispatchQueue(label: "quench.access-log", qos: .utility)
  private let file: NIOLockedValueBox<FileDescriptor>

  /// Opens the log at its end.
  ///
  /// - Throws: `BalancerError` with code `log-unwritable`.
  init(path: FilePath, longest: Int = AccessLog.longest) throws(BalancerError) {
    self.path = path
    self.longest = longest
    file = NIOLockedValueBox(try Self.open(path))
  }

  deinit { try? file.withLockedValue { $0 }.close() }

  private static func open(_ path: FilePath) throws(BalancerError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .closeOnExec, .noFollow], permissions: [.ownerReadWrite])
    } catch {
      throw BalancerError(
        .logUnwritable, "cannot write the access log \(path)", remedy: "ls -ld \(path.removingLastComponent())",
        cause: error)
    }
  }

  func write(_ line: AccessLine) {
    let isEnough = state.withLockedValue { state in
      guard state.pending.count < Self.most else {
        state.dropped += 1
        return false
      }
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      line.write(to: &state.pending, now: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
      return state.pending.count >= Self.enough && !state.isWriting
    }
    if isEnough { flush() }
  }

  /// Has what was gathered written.
  func flush() {
    let isDue = state.withLockedValue { state in
      guard !state.isWriting, !state.pending.isEmpty else { return false }
      state.isWriting = true
      return true
    }
    if isDue { queue.async { self.drain() } }
  }

  /// Writes what was gathered, and returns when it is in the file.
  func finish() { queue.sync { drain() } }

  private func drain() {
    while true {
      let (bytes, dropped) = state.withLockedValue { state in
        defer {
          state.pending = []
          state.dropped = 0
          state.isWriting = !state.pending.isEmpty
        }
        if state.pending.isEmpty { state.isWriting = false }
        return (state.pending, state.dropped)
      }
      guard !bytes.isEmpty || dropped > 0 else { return }
      let note = dropped == 0 ? [] : Array(#"{"dropped_lines":\#(dropped)}"#.utf8) + [HeaderBytes.lineFeed]
      file.withLockedValue { descriptor in
        prepare(&descriptor, for: bytes.count + note.count)
        _ = try? descriptor.writeAll(bytes + note)
      }
    }
  }

  /// Puts a new file in the place of one that was moved away, or has become so large that it is moved now.
  private func prepare(_ descriptor: inout FileDescriptor, for count: Int) {
    var opened = stat(), named = stat()
    let isSame =
      fstat(descriptor.rawValue, &opened) == 0 && lstat(path.string, &named) == 0 && opened.st_dev == named.st_dev
      && opened.st_ino == named.st_ino
    if isSame {
      guard opened.st_size > 0, Int(opened.st_size) + count > longest,
        rename(path.string, path.string + ".1") == 0
      else { return }
    }
    guard let new = try? Self.open(path) else { return }
    try? descriptor.close()
    descriptor = new
  }
}
