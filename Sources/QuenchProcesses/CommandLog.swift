import Foundation
import SystemPackage

/// A command's log file: everything it printed, up to a limit, and the last lines in memory.
struct CommandLog {
  /// Where a log ends, so that a command that prints without end does not fill the disk: 256 MiB.
  static let limit = 256 << 20
  static let keptLines = 40

  private let file: FileDescriptor
  private var written = 0
  private var splitter = LineSplitter()
  private(set) var lastLines: [String] = []

  init(appendingTo path: FilePath) throws {
    do {
      file = try FileDescriptor.open(
        path, .writeOnly, options: [.append, .create, .noFollow, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite])
    } catch {
      throw ProcessError(.logUnwritable, "cannot write the log \(path)", cause: error)
    }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer, onLine: (@Sendable (String) -> Void)?) throws {
    let room = max(0, Self.limit - written)
    if room > 0 {
      try file.writeAll(bytes.prefix(room))
      written += bytes.count
      if written >= Self.limit {
        try file.writeAll("\n(the log ends here: it reached \(Self.limit >> 20) MiB)\n".utf8)
      }
    }
    keep(splitter.append(bytes), onLine)
  }

  mutating func finish(onLine: (@Sendable (String) -> Void)?) throws {
    keep(splitter.finish(), onLine)
    try file.close()
  }

  private mutating func keep(_ lines: [String], _ onLine: (@Sendable (String) -> Void)?) {
    for line in lines { onLine?(line) }
    lastLines = Array((lastLines + lines.suffix(Self.keptLines)).suffix(Self.keptLines))
  }
}
