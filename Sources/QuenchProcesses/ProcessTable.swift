import CLaunch
import Foundation

/// The kernel's table of processes, read from `/proc`.
public enum ProcessTable {
  /// The name of the variable that says which `quench` a process was started for.
  public static let ownerVariable = "QUENCH_OWNER"

  static var processes: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
  }

  /// Every process, ours to signal, whose environment says `QUENCH_OWNER=<owner>` with an owner that `isStale` picks.
  ///
  /// A process that overwrote its environment is not found here; its record finds it.
  public static func processes(ownedBy isStale: (String) -> Bool) -> [ProcessIdentity] {
    let prefixes = ["", Launcher.commandVariable].map { Data("\($0)\(ownerVariable)=".utf8) }
    return processes.compactMap { pid in
      guard pid != getpid(), let identity = ProcessIdentity(running: pid),
        let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ")
      else { return nil }
      for entry in environment.split(separator: 0) {
        guard let prefix = prefixes.first(where: { entry.starts(with: $0) }) else { continue }
        return isStale(String(decoding: entry.dropFirst(prefix.count), as: UTF8.self)) ? identity : nil
      }
      return nil
    }
  }

  /// Kills what is left of a session whose leader had the number `session` and started at `start`.
  ///
  /// A later session with the same number is told apart by its processes having started with or after a new leader.
  static func endSession(_ session: Int32, startedFrom start: UInt64) {
    guard ProcessIdentity(running: session).map({ $0.start == start }) ?? true else { return }
    for pid in processes where pid != getpid() && getsid(pid) == session {
      kill(pid, SIGKILL)
    }
  }

  /// The processes of the session whose leader has the number `leader`.
  static func session(of leader: Int32) -> Set<Int32> { Set(processes.filter { getsid($0) == leader }) }
}
