import Foundation
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import QuenchState
import SystemPackage

/// How much a machine has left for another set.
public struct Room: Sendable {
  /// The bytes of disk that are free; nil where the system does not say.
  public var disk: Int64?
  /// The bytes of memory that are free; nil where the system does not say.
  public var memory: Int64?

  /// Describes what is left.
  public init(disk: Int64?, memory: Int64?) {
    self.disk = disk
    self.memory = memory
  }

  /// What is left on this machine.
  public static func left(in state: StateDirectory) -> Room {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: state.root.string)
    let memory = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?
      .split(whereSeparator: \.isNewline).first { $0.hasPrefix("MemAvailable:") }?
      .split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    return Room(disk: (attributes?[.systemFreeSize] as? NSNumber)?.int64Value, memory: memory.map { $0 * 1024 })
  }

  /// Whether another set finds room beside one that is like it.
  ///
  /// - Parameters:
  ///   - count: how many instances it has.
  ///   - size: the bytes of its artifact.
  ///   - resident: the bytes of memory that an instance needs; nil where that is not known.
  func reason(count: Int, size: Int64, resident: Int64?) -> PromotionReason {
    let files = Int64(count) * size
    if let disk, disk < files {
      return PromotionReason(
        "room", ok: false, "a second set needs \(files.inMegabytes) of disk, and \(disk.inMegabytes) are free",
        next: "quench gc")
    }
    if let memory, let resident, memory < Int64(count) * resident {
      return PromotionReason(
        "room", ok: false,
        "a second set needs \((Int64(count) * resident).inMegabytes) of memory, and \(memory.inMegabytes) are free",
        next: "quench hot stop, or lower cold.instances in quench.yml")
    }
    return PromotionReason("room", ok: true, "there is room for a second set")
  }

  /// The memory that the most demanding of these instances' processes need, as far as it can be told.
  static func resident(_ instances: [Instance]) -> Int64? {
    instances.compactMap { instance -> Int64? in
      guard let process = try? LaunchedProcess(adopting: instance.folder.processRecord), process.isRunning,
        let status = try? String(contentsOfFile: "/proc/\(process.process.pid)/status", encoding: .utf8),
        let line = status.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("RssAnon:") })
      else { return nil }
      return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }.map { $0 * 1024 }
    }.max()
  }
}

extension Int64 {
  fileprivate var inMegabytes: String { "\((self + 999_999) / 1_000_000) MB" }
}
