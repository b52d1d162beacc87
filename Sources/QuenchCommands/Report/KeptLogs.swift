import Foundation
import QuenchEvidence
import QuenchInstances
import QuenchReports
import QuenchState
import SystemPackage

/// What is kept of what a verification's build, suites and instances printed.
struct KeptLogs {
  /// How much of one log, and of all together, is read: the ends.
  static let most = 128 * 1024, mostTogether = 4 << 20

  private let verdict: Verdict
  private let state: StateDirectory

  init(of verdict: Verdict, in state: StateDirectory) {
    self.verdict = verdict
    self.state = state
  }

  /// The logs, as many as there is room for.
  func all() -> [VerdictPage.Log] {
    var left = Self.mostTogether
    return paths.compactMap { name, path in
      guard left > 0, let log = Self.read(path, named: name) else { return nil }
      left -= log.text.utf8.count
      return log
    }
  }

  private var paths: [(name: String, path: FilePath)] {
    var paths: [(String, FilePath)] = []
    if let key = verdict.build?.key {
      let builds = names(in: state.logs).filter { $0.hasPrefix("build-\(key.prefix(12))-") }
      // Names end with the time: the last one made it.
      if let build = builds.last { paths.append((build, state.logs.appending(build))) }
    }
    let first = verdict.started.addingTimeInterval(-1)
    let last = verdict.started.addingTimeInterval(verdict.timings.total + 2)
    // The name begins with the time, so the last one that fits is this verification's.
    let suites = names(in: state.logs).last { name in
      guard name.hasPrefix("suites-\(verdict.revision.prefix(7))-"), let time = Self.time(of: name) else {
        return false
      }
      return (first...last).contains(time)
    }
    if let suites {
      let folder = state.logs.appending(suites)
      for name in names(in: folder) {
        // Of several runs each has a folder.
        let inside = name.hasPrefix("run-") ? names(in: folder.appending(name)) : []
        paths += inside.map { ("\(name)/\($0)", folder.appending(name).appending($0)) }
        if inside.isEmpty { paths.append((name, folder.appending(name))) }
      }
    }
    for instance in verdict.instances {
      let live = InstanceFolder(path: state.instances.appending(instance.id)).log
      let kept = state.logs(ofInstance: instance.id).appending("service.log")
      paths.append(("\(instance.id)/service.log", FileManager.default.fileExists(atPath: kept.string) ? kept : live))
    }
    return paths
  }

  /// The time in `suites-2dd0b55-20261129T190929Z-50797`.
  private static func time(of name: String) -> Date? {
    let parts = name.split(separator: "-")
    guard parts.count == 4 else { return nil }
    return try? Date(
      String(parts[2]),
      strategy: .iso8601.year().month().day().dateSeparator(.omitted).time(includingFractionalSeconds: false)
        .timeSeparator(.omitted))
  }

  private func names(in folder: FilePath) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
  }

  /// The end of a regular file: code under test may have put something else there.
  private static func read(_ path: FilePath, named name: String) -> VerdictPage.Log? {
    guard let file = try? RegularFile(path), file.size > 0 else { return nil }
    defer { try? file.descriptor.close() }
    let start = max(0, Int64(file.size) - Int64(most))
    let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      count = (try? file.descriptor.read(fromAbsoluteOffset: start, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
    let text = (start > 0 ? "… the beginning is left out …\n" : "") + String(decoding: bytes, as: UTF8.self)
    return VerdictPage.Log(name: name, text: text, size: file.size)
  }
}
