import Foundation
import SystemPackage

extension HAProxyBalancer {
  /// Keeps the access log from growing without end: a large one takes the place of the one before it, and is emptied.
  ///
  /// HAProxy keeps it open and writes at its end, so that it has to be copied; what comes at that very moment is lost.
  nonisolated func trimAccessLog(longest: Int = AccessLog.longest) {
    guard let path = accessLog?.string, Self.size(of: path) > longest else { return }
    let earlier = path + ".1", copy = earlier + ".new"
    unlink(copy)
    guard (try? FileManager.default.copyItem(atPath: path, toPath: copy)) != nil, rename(copy, earlier) == 0 else {
      // Without room for a copy, the lines are worth less than the room.
      unlink(copy)
      truncate(path, 0)
      return
    }
    truncate(path, 0)
  }

  private static func size(of path: String) -> Int {
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
