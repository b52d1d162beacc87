import Foundation
import Synchronization
import SystemPackage

/// The log of a build, to which the launcher hands each line without secrets; its own log goes nowhere.
final class BuildLog: Sendable {
  /// Where a log ends, so that a command that prints without end does not fill the disk: 256 MiB.
  static let limit = 256 << 20
  static let keptLines = 20

  let path: FilePath
  private let onLine: (@Sendable (String) -> Void)?
  private let file: FileDescriptor
  private let state = Mutex(State())

  private struct State {
    var written = 0
    var lastLines: [String] = []
    var failure: Errno?
  }

  /// Makes the log, readable by its owner alone.
  ///
  /// - Throws: `BuildError` with code `slot-unwritable` or `disk-full`.
  init(_ path: FilePath, onLine: (@Sendable (String) -> Void)?) throws(BuildError) {
    self.path = path
    self.onLine = onLine
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .append, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite])
    } catch {
      throw BuildError.writing(path, as: .slotUnwritable, error)
    }
  }

  deinit { try? file.close() }

  /// Takes a line that the build printed.
  func append(_ line: String) {
    state.withLock { state in
      state.lastLines = (state.lastLines + [line]).suffix(Self.keptLines)
      guard state.failure == nil, state.written < Self.limit else { return }
      state.written += line.utf8.count + 1
      let end = state.written < Self.limit ? "" : "(the log ends here: it reached \(Self.limit >> 20) MiB)\n"
      do {
        _ = try file.writeAll("\(line)\n\(end)".utf8)
      } catch {
        state.failure = error as? Errno ?? .ioError
      }
    }
    onLine?(line)
  }

  /// The last lines.
  var lastLines: [String] { state.withLock { $0.lastLines } }

  /// Why the log could not be written to its end.
  var failure: Errno? { state.withLock { $0.failure } }
}
