import CLaunch
import Foundation

/// The kernel's table of processes, read from `/proc`.
public enum ProcessTable {
  /// The name of the variable that says which `quench` a process was started for.
  public static let ownerVariable = "QUENCH_OWNER"

  /// The name of the variable that says which instance a process was started for.
  public static let instanceVariable = "QUENCH_INSTANCE_ID"

  /// What tells this boot of the machine from every other; empty where the system does not say.
  static let boot: String = {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room in
      guard let identifier = room.baseAddress else { return "" }
      quench_boot_identifier(identifier, Int32(room.count))
      return String(cString: identifier)
    }
  }()

  static var processes: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
  }

  /// Every process, ours to signal, whose environment says `QUENCH_OWNER=<owner>` with an owner that `isStale` picks.
  ///
  /// A process that overwrote its environment is not found here; its record finds it.
  public static func processes(ownedBy isStale: (String) -> Bool) -> [ProcessIdentity] {
    processes(where: ownerVariable, is: isStale)
  }

  /// Every process, ours to signal, that was started for one of an instance's commands.
  public static func processes(startedFor isWanted: (String) -> Bool) -> [ProcessIdentity] {
    processes(where: instanceVariable, is: isWanted)
  }

  private static func processes(where variable: String, is isWanted: (String) -> Bool) -> [ProcessIdentity] {
    processes.compactMap { pid in
      guard pid != getpid(), case .said(let text) = value(of: variable, in: pid), isWanted(text),
        let identity = ProcessIdentity(running: pid)
      else { return nil }
      // The number may have gone from the one to the other in between.
      guard case .said(text) = value(of: variable, in: pid) else { return nil }
      return identity
    }
  }

  /// Kills what is left of the session that `leader` led.
  ///
  /// The leader may be long gone, and its number may by now be that of a stranger's session, whose leader may be gone as
  /// well. So a member has to be no older than the leader was, and one that lets its environment be read has to be `isOurs`.
  static func endSession(of leader: ProcessIdentity, isOurs: (String) -> Bool) {
    guard leader.start != 0, ProcessIdentity(running: leader.pid).map({ $0 == leader }) ?? true else { return }
    for pid in processes where pid != getpid() && getsid(pid) == leader.pid {
      guard let member = ProcessIdentity(running: pid), member.start >= leader.start else { continue }
      switch owner(of: pid) {
      case .said(let owner): if isOurs(owner) { member.signal(SIGKILL) }
      case .unreadable: member.signal(SIGKILL)
      case .unsaid: continue
      }
    }
  }

  /// The processes of the session whose leader has the number `leader`.
  static func session(of leader: Int32) -> Set<Int32> { Set(processes.filter { getsid($0) == leader }) }

  /// What a process's environment says of its owner.
  private enum Owner {
    case said(String)
    case unsaid
    case unreadable
  }

  private static func owner(of pid: Int32) -> Owner { value(of: ownerVariable, in: pid) }

  private static func value(of variable: String, in pid: Int32) -> Owner {
    let prefixes = ["", Launcher.commandVariable].map { Data("\($0)\(variable)=".utf8) }
    guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return .unreadable }
    for prefix in prefixes {
      var rest = environment[...]
      while let found = rest.range(of: prefix) {
        rest = rest[found.upperBound...]
        // Only where a variable begins.
        guard found.lowerBound == environment.startIndex || environment[found.lowerBound - 1] == 0 else { continue }
        return .said(String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self))
      }
    }
    return .unsaid
  }
}
