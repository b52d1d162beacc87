import Foundation
import SystemPackage

/// What `quench launch` writes about the process it starts, before that process runs (format version 1).
struct LaunchRecord: Codable, Sendable {
  var version: Int
  /// The boot of the machine in which it was started: the numbers say nothing about another.
  var boot: String
  var pid: Int32
  var start: UInt64
  var launcherPid: Int32
  var launcherStart: UInt64
  /// The Landlock version the process is confined with; 0 for none.
  var landlock: Int

  enum CodingKeys: String, CodingKey {
    case version, boot, pid, start, landlock
    case launcherPid = "launcher_pid"
    case launcherStart = "launcher_start"
  }

  init(path: FilePath) throws(ProcessError) {
    do {
      self = try JSONDecoder().decode(LaunchRecord.self, from: Data(contentsOf: URL(filePath: path.string)))
    } catch {
      throw ProcessError(.recordUnreadable, "cannot read the process record \(path)", cause: error)
    }
  }
}

/// What `quench launch` writes when the process ended (format version 1), beside its record.
struct EndingRecord: Codable, Sendable {
  var version: Int
  var status: Int32?
  var signal: Int32?

  var ending: ProcessEnding { signal.map { .signalled($0) } ?? .exited(status ?? 0) }

  init?(besideRecord path: FilePath) {
    guard let data = FileManager.default.contents(atPath: path.string + ".ended"),
      let record = try? JSONDecoder().decode(EndingRecord.self, from: data)
    else { return nil }
    self = record
  }
}
