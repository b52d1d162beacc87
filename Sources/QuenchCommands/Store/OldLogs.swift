import Foundation
import QuenchState
import SystemPackage

/// The logs of builds, suites and removed instances.
struct OldLogs {
  var state: StateDirectory

  /// Removes what was last written longer ago than `age`; returns how many.
  func remove(olderThan age: Duration) -> Int {
    let files = FileManager.default
    let limit = Date(timeIntervalSinceNow: -Double(age.components.seconds))
    var count = 0
    for folder in [state.logs, state.logs.appending("instances")] {
      for name in (try? files.contentsOfDirectory(atPath: folder.string)) ?? [] where name != "instances" {
        let path = folder.appending(name).string
        guard let written = (try? files.attributesOfItem(atPath: path)[.modificationDate]) as? Date, written < limit
        else { continue }
        if (try? files.removeItem(atPath: path)) != nil { count += 1 }
      }
    }
    return count
  }
}
