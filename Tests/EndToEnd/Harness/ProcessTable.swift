import Foundation
import SystemPackage

/// The processes of this machine, as `/proc` shows them.
enum ProcessTable {
  struct Entry: Sendable, CustomStringConvertible {
    let pid: pid_t
    let command: String
    let folder: String
    let environment: [String]

    var description: String { "\(pid) \(command) in \(folder)" }
  }

  /// Every process but the test's own that is not a zombie and whose details may be read.
  static func entries() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(pid_t.init).filter { $0 != getpid() }.compactMap(entry)
  }

  /// Those that work for the world in this folder: they run in it or were given a path in it, or their owner's state is
  /// in it.
  static func entries(ofWorld root: FilePath) -> [Entry] {
    entries().filter { entry in
      entry.folder == root.string || entry.folder.hasPrefix(root.string + "/")
        || entry.command.contains(root.string + "/")
        || entry.environment.contains { $0.hasPrefix("QUENCH_OWNER=") && $0.contains(root.string) }
    }
  }

  static func isRunning(_ pid: pid_t) -> Bool {
    entry(pid) != nil
  }

  private static func entry(_ pid: pid_t) -> Entry? {
    guard let status = contents(of: "/proc/\(pid)/stat"),
      let state = status.split(separator: ")").last?.first(where: {
        $0 != " "
      }), state != "Z", state != "X"
    else { return nil }
    let folder = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
    return Entry(
      pid: pid, command: words(of: "/proc/\(pid)/cmdline").joined(separator: " "), folder: folder,
      environment: words(of: "/proc/\(pid)/environ"))
  }

  private static func words(of path: String) -> [String] {
    contents(of: path)?.split(separator: "\0").map(String.init) ?? []
  }

  private static func contents(of path: String) -> String? {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 1)
    defer { chunk.deallocate() }
    while let count = try? file.read(into: chunk), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
