import Foundation
import SystemPackage

/// A command's log file: everything it printed, up to a limit, and the last lines in memory.
///
/// The file is closed with the log, also when what is read for it ends with an error.
final class CommandLog {
  /// Where a log ends, so that a command that prints without end does not fill the disk: 256 MiB.
  static let limit = 256 << 20
  static let keptLines = 40

  private let path: FilePath
  private let file: FileDescriptor
  private var written = 0
  private var splitter = LineSplitter()
  private(set) var lastLines: [String] = []

  init(appendingTo path: FilePath) throws(ProcessError) {
    self.path = path
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .noFollow, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite])
    } catch {
      throw Self.unwritable(path, error)
    }
  }

  deinit { try? file.close() }

  func append(_ bytes: UnsafeRawBufferPointer, onLine: (@Sendable (String) -> Void)?) throws(ProcessError) {
    let room = max(0, Self.limit - written)
    if room > 0 {
      do {
        try file.writeAll(bytes.prefix(room))
        written += bytes.count
        if written >= Self.limit {
          try file.writeAll("\n(the log ends here: it reached \(Self.limit >> 20) MiB)\n".utf8)
        }
      } catch {
        throw Self.unwritable(path, error)
      }
    }
    keep(splitter.append(bytes), onLine)
  }

  func finish(onLine: (@Sendable (String) -> Void)?) { keep(splitter.finish(), onLine) }

  private func keep(_ lines: [String], _ onLine: (@Sendable (String) -> Void)?) {
    for line in lines { onLine?(line) }
    lastLines = Array((lastLines + lines.suffix(Self.keptLines)).suffix(Self.keptLines))
  }

  private static func unwritable(_ path: FilePath, _ error: any Error) -> ProcessError {
    let isFull = [Errno.noSpace, .diskQuotaExceeded].contains(error as? Errno)
    return ProcessError(
      .logUnwritable, isFull ? "the disk is full: cannot write the log \(path)" : "cannot write the log \(path)",
      remedy: isFull ? "quench gc" : nil, cause: error)
  }
}
