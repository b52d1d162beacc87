import ArgumentParser
import Foundation
import QuenchBuild
import QuenchDiagnostics
import QuenchInstances
import QuenchLedger
import QuenchProcesses
import QuenchState
import SystemPackage

/// `quench gc`.
struct GarbageCollectionCommand: QuenchSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove builds and logs that are no longer needed.",
    discussion: """
      Builds that an instance runs, or that are being made or unpacked, are never removed; it waits for the commands \
      that do so. Of the others those used longest ago go first. With --older-than, checkouts and build folders that \
      nobody used for so long go too, and so do the runs of commands that quench bisect remembers.

      EXAMPLES
        quench gc --keep-size 2GB
        quench gc --older-than 30d
      """)

  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp(
      "Remove builds until the store is no larger than this, which has a unit: 500MB, 2GB.", valueName: "size"))
  var keepSize: ByteCount?

  @Option(
    help: ArgumentHelp("Remove builds and logs that were last used longer ago than this: 12h, 30d.", valueName: "age"),
    transform: LengthOfTime.reading)
  var olderThan: LengthOfTime?

  func validate() throws {
    guard keepSize != nil || olderThan != nil else {
      throw ValidationError("Say what may go: --keep-size 2GB, --older-than 30d, or both.")
    }
  }

  func perform(_ console: Console) async throws -> ExitStatus {
    let workspace = try await Workspace(global, console: console)
    let state = workspace.state
    let removed = try await workspace.store.gc(
      keeping: {
        Set(
          InstanceFolder.all(in: state).compactMap { try? Instance(in: $0) }
            .compactMap { ArtifactDigest($0.digest) })
      }, limitBytes: keepSize?.bytes, olderThan: olderThan?.duration,
      onWait: { console.progress("waiting for \($0)") })
    if let olderThan {
      _ = try await workspace.builder.removeSlots(unusedFor: olderThan.duration)
      try await workspace.ledger.removeTrials(before: Date(timeIntervalSinceNow: -olderThan.duration.seconds))
    }
    let logs = olderThan.map { OldLogs(state: workspace.state).remove(olderThan: $0.duration) } ?? 0
    console.result(
      "removed \(removed.removed.count.counting("build")), \(ByteCount(bytes: removed.freedBytes)), and \(logs.counting("log")); "
        + "the store has \(ByteCount(bytes: removed.keptBytes))")
    try console.document(
      Document(
        removedBuilds: removed.removed.count, removedBytes: removed.freedBytes, removedLogs: logs,
        storeBytes: removed.keptBytes))
    return .passed
  }

  /// The wire form of what was removed, `quench.gc/v1`.
  private struct Document: Encodable {
    var schema = "quench.gc/v1"
    var removedBuilds: Int
    var removedBytes: Int64
    var removedLogs: Int
    var storeBytes: Int64

    enum CodingKeys: String, CodingKey {
      case schema
      case removedBuilds = "removed_builds"
      case removedBytes = "removed_bytes"
      case removedLogs = "removed_logs"
      case storeBytes = "store_bytes"
    }
  }
}

/// A number of bytes: read from `500MB` or `2GiB`, and written for people.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  var bytes: Int64

  init(bytes: Int64) { self.bytes = bytes }

  init?(argument: String) {
    let units: [(String, Int64)] = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("kB", 1000), ("KB", 1000),
      ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ]
    if argument == "0" {
      bytes = 0
      return
    }
    for (unit, factor) in units where argument.hasSuffix(unit) {
      guard let number = Double(argument.dropLast(unit.count)), number >= 0, number * Double(factor) < 1e18 else {
        continue
      }
      bytes = Int64(number * Double(factor))
      return
    }
    return nil
  }

  var description: String {
    // Foundation spells nothing as `Zero kB`, and a byte as one of the kilobytes.
    bytes < 1000 ? Int(bytes).counting("byte") : bytes.formatted(.byteCount(style: .decimal))
  }
}
