import Foundation
import SystemPackage

/// The end of a log file.
public enum LogTail {
  /// The last lines of a file, at most `count`, reading no more than its last 64 KiB; none when it cannot be read.
  public static func lines(of path: FilePath, count: Int = 20) -> [String] {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else { return [] }
    defer { try? file.close() }
    let window: Int64 = 64 * 1024
    guard let size = try? file.seek(offset: 0, from: .end) else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(min(size, window)))
    let read = try? bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: max(0, size - window), into: $0) }
    var splitter = LineSplitter()
    let lines = splitter.append(bytes.prefix(read ?? 0)) + splitter.finish()
    return Array(lines.suffix(count))
  }

  /// The last lines of a file as they stand below a message, each behind a bar; empty when there are none.
  public static func quoted(from path: FilePath, count: Int = 8) -> String {
    let lines = lines(of: path, count: count)
    return lines.isEmpty ? "" : ":\n" + lines.map { "  | \($0)" }.joined(separator: "\n")
  }
}
