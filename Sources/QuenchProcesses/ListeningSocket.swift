import CLaunch
import Foundation

/// Who listens on a port, by what the kernel says (sock_diag(7), `/proc/<pid>/fd`).
public enum ListeningSocket {
  /// Whose a listening port is.
  public enum Owner: Sendable, Equatable {
    /// Nobody listens there.
    case nobody
    /// The process asked about, or one of its session.
    case ours
    /// Another process.
    case another
    /// Somebody listens who does not let this user see that it does.
    case hidden
    /// This platform tells nobody whose a port is.
    case untold

    /// Why an answer on the port is not the process's; nil when it is, and where that cannot be known.
    public func fault(ofPort port: Int) -> String? {
      switch self {
      case .ours, .untold: nil
      case .nobody: "nothing listens on port \(port)"
      case .another: "port \(port) is served by another process"
      case .hidden: "port \(port) is served by a process that does not let this user see whether it is the instance's"
      }
    }
  }

  /// Whether this platform tells whose a port is.
  public static var isTold: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }

  /// Whose the listening socket on a TCP port of this machine is: `process`'s or one of its session's, or another's.
  public static func owner(ofPort port: Int, comparedTo process: LaunchedProcess) -> Owner {
    #if os(Linux)
      let inodes = listeners(onPort: port)
      guard !inodes.isEmpty else { return .nobody }
      if holds(process.process.pid, oneOf: inodes) == true { return .ours }
      var isHidden = false
      for pid in ProcessTable.session(of: process.process.pid) {
        switch holds(pid, oneOf: inodes) {
        case true?: return .ours
        case false?: continue
        case nil: isHidden = true
        }
      }
      return isHidden ? .hidden : .another
    #else
      return .untold
    #endif
  }

  /// The TCP ports on which a process or one of its session listens.
  public static func ports(of process: LaunchedProcess) -> Set<Int> {
    let members = ProcessTable.session(of: process.process.pid)
    return Set(
      listeners().filter { socket in members.contains { holds($0, oneOf: [socket.inode]) == true } }.map(\.port))
  }

  /// Who listens on a TCP port of this machine, as `process 12 (nginx)`; nil when nobody does, or nobody that can be seen.
  public static func holder(ofPort port: Int) -> String? {
    let inodes = listeners(onPort: port)
    guard !inodes.isEmpty else { return nil }
    for pid in ProcessTable.processes where holds(pid, oneOf: inodes) == true {
      let name = (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) ?? ""
      return "process \(pid) (\(name.trimmingCharacters(in: .whitespacesAndNewlines)))"
    }
    return nil
  }

  private static func listeners(onPort port: Int) -> Set<String> {
    Set(listeners().filter { $0.port == port }.map(\.inode))
  }

  private static func listeners() -> [(port: Int, inode: String)] {
    let room = 4096
    return withUnsafeTemporaryAllocation(of: quench_listener.self, capacity: room) { buffer in
      let count = quench_listeners(buffer.baseAddress, Int32(room))
      if count < 0 { return printedListeners() }
      return buffer.prefix(Int(count)).map { (Int($0.port), "socket:[\($0.inode)]") }
    }
  }

  /// The same from the tables in `/proc/net`, for kernels and containers that do not answer the question itself.
  private static func printedListeners() -> [(port: Int, inode: String)] {
    var sockets: [(port: Int, inode: String)] = []
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      guard let data = FileManager.default.contents(atPath: table) else { continue }
      for line in data.split(separator: UInt8(ascii: "\n")).dropFirst() {
        let fields = String(decoding: line, as: UTF8.self).split(separator: " ")
        // Field 1 is the local address, 3 the state (0A = LISTEN), 9 the socket's inode: proc(5).
        guard fields.count > 9, fields[3] == "0A",
          let port = fields[1].split(separator: ":").last.flatMap({ Int($0, radix: 16) })
        else { continue }
        sockets.append((port, "socket:[\(fields[9])]"))
      }
    }
    return sockets
  }

  /// Whether one of the process's descriptors is one of the sockets; nil when its descriptors cannot be read.
  private static func holds(_ pid: Int32, oneOf sockets: Set<String>) -> Bool? {
    let folder = "/proc/\(pid)/fd"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      return FileManager.default.fileExists(atPath: "/proc/\(pid)") ? nil : false
    }
    return names.contains { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")).map(sockets.contains) ?? false
    }
  }
}
