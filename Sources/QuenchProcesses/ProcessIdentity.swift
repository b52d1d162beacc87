import CLaunch
import Foundation

/// A process that is not mistaken for a later one with the same number.
public struct ProcessIdentity: Sendable, Hashable, Codable {
  /// The process number.
  public let pid: Int32
  /// When it started, in clock ticks since boot (`/proc/<pid>/stat`, field 22).
  public let start: UInt64

  /// Makes an identity from its two parts.
  public init(pid: Int32, start: UInt64) {
    self.pid = pid
    self.start = start
  }

  /// The identity of a running process, or nil where there is none with that number.
  public init?(running pid: Int32) {
    let start = quench_process_start_time(pid)
    guard start != 0, start != .max else { return nil }
    self.init(pid: pid, start: start)
  }

  /// The identity of a process that is known not to run, whatever has its number now.
  static func ended(_ pid: Int32) -> ProcessIdentity { ProcessIdentity(pid: pid, start: 0) }

  /// This process.
  public static var current: ProcessIdentity {
    ProcessIdentity(pid: getpid(), start: quench_process_start_time(getpid()))
  }

  /// Whether it still runs, as far as that can be told: what is taken for ended although it runs would be left behind.
  public var isRunning: Bool {
    let now = start == 0 ? 0 : quench_process_start_time(pid)
    return start != 0 && start != .max && (now == start || now == .max)
  }

  /// Whether it certainly runs, so that a signal reaches no other.
  private var isCertain: Bool { start != 0 && start != .max && quench_process_start_time(pid) == start }

  /// Sends a signal, unless the number now belongs to another process.
  @discardableResult
  public func signal(_ number: Int32) -> Bool {
    isCertain && kill(pid, number) == 0
  }

  /// Sends a signal to all its descendants, and to itself unless told otherwise; returns how many got it.
  @discardableResult
  public func signalTree(_ number: Int32, includingItself: Bool = true) -> Int {
    isCertain ? Int(quench_signal_tree(pid, number, includingItself ? 1 : 0)) : 0
  }
}
