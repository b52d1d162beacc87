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

  /// The last lines of a file, at most `count`; where a program said before them why it died, that stands first.
  ///
  /// A crash report, such as Swift's, pushes its own reason out of sight.
  public static func telling(of path: FilePath, count: Int = 8) -> [String] {
    telling(among: lines(of: path, count: .max), count: count)
  }

  static func telling(among lines: [String], count: Int) -> [String] {
    let tail = lines.suffix(count)
    guard !tail.contains(where: isReason), let reason = lines.dropLast(tail.count).last(where: isReason) else {
      return Array(tail)
    }
    return [reason, "…"] + tail.suffix(max(0, count - 2))
  }

  private static func isReason(_ line: String) -> Bool {
    ["Fatal error", "fatal error:", "Precondition failed", "panic:", "panicked at", "Assertion failed"]
      .contains { line.contains($0) }
  }

  /// The last lines of a file as they stand below a message, each behind a bar; empty when there are none.
  public static func quoted(from path: FilePath, count: Int = 8) -> String {
    quoted(telling(of: path, count: count))
  }

  /// Lines of a log as they stand below a message, each behind a bar; empty when there are none.
  public static func quoted(_ lines: [String]) -> String {
    lines.isEmpty ? "" : ":\n" + lines.map { "  | \($0)" }.joined(separator: "\n")
  }
}
