import Foundation
import QuenchState
import SystemPackage

/// The logs of builds, suites and removed instances, and what else is kept only because it may be of use again.
struct OldLogs {
  var state: StateDirectory

  /// Removes what was last written longer ago than `age`, but no log that is still being written; returns how many logs.
  func remove(olderThan age: Duration) -> Int {
    let files = FileManager.default
    let limit = Date(timeIntervalSinceNow: -Double(age.components.seconds))
    let builds = state.removeFreeLocks()
    removeManifests(before: limit)
    var count = 0
    for folder in [state.logs, state.logs.appending("instances")] {
      for name in (try? files.contentsOfDirectory(atPath: folder.string)) ?? [] where name != "instances" {
        let path = folder.appending(name).string
        guard let written = (try? files.attributesOfItem(atPath: path)[.modificationDate]) as? Date, written < limit
        else { continue }
        // A build's log is named after the beginning of its key.
        guard !state.lock(ofLog: FilePath(path)).isHeld,
          !builds.contains(where: { name.hasPrefix("build-\($0.prefix(12))") })
        else { continue }
        if (try? files.removeItem(atPath: path)) != nil { count += 1 }
      }
    }
    return count
  }

  /// Removes what packages once said of themselves, which they can be asked again.
  private func removeManifests(before limit: Date) {
    let files = FileManager.default, folder = state.work.appending("manifests")
    for name in (try? files.contentsOfDirectory(atPath: folder.string)) ?? [] {
      let path = folder.appending(name).string
      guard let written = (try? files.attributesOfItem(atPath: path)[.modificationDate]) as? Date, written < limit
      else { continue }
      try? files.removeItem(atPath: path)
    }
  }
}
