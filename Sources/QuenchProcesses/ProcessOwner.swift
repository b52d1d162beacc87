import Foundation
import QuenchState
import Synchronization
import SystemPackage

/// Which `quench` a process belongs to, as its environment says it: the command's name or `kept`, then the state folder.
///
/// A command runs while the lock with its name is held in the state folder. Its pid would not do: commands of several
/// containers may share the folder, and none sees the others' processes.
public struct ProcessOwner: Sendable, Equatable {
  /// The state folder.
  public let state: FilePath
  /// The command that it ends with; nil for what is kept.
  public let command: String?

  /// The owner of what outlives the command that starts it.
  public static func kept(in state: StateDirectory) -> ProcessOwner { ProcessOwner(state: state.root, command: nil) }

  /// This process, which from now on holds its lock for as long as it runs.
  ///
  /// - Throws: `StateError` with code `state-unwritable`.
  public static func current(in state: StateDirectory) throws(StateError) -> ProcessOwner {
    let name = try held.withLock { held throws(StateError) in
      if let known = held[state.root] { return known.name }
      while true {
        let name = "\(getpid()).\(UInt32.random(in: .min ... .max))"
        guard let lock = try lock(of: name, in: state).tryAcquire(reason: "is running") else { continue }
        held[state.root] = (name, lock)
        return name
      }
    }
    return ProcessOwner(state: state.root, command: name)
  }

  private static let held = Mutex<[FilePath: (name: String, lock: FileLock.Held)]>([:])

  private init(state: FilePath, command: String?) {
    self.state = state
    self.command = command
  }

  /// Reads what ``text`` wrote.
  public init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    // The name becomes a part of a path.
    guard parts.count == 2, !parts[0].contains("/") else { return nil }
    self.init(state: FilePath(String(parts[1])), command: parts[0] == "kept" ? nil : String(parts[0]))
  }

  /// The owner as a variable's value.
  public var text: String { "\(command ?? "kept") \(state)" }

  /// Whether it is a command of this state folder's that no longer runs.
  ///
  /// - Parameter state: the folder, under whatever path it has here.
  public func isOver(in state: StateDirectory) -> Bool {
    command.map { !Self.lock(of: $0, in: state).isHeld } ?? false
  }

  /// Whether a launcher's record stands in its state folder.
  func owns(_ record: FilePath) -> Bool { record.starts(with: state) }

  /// Removes the locks of commands that no longer run.
  public static func removeLocks(in state: StateDirectory) {
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: state.run.string)) ?? []
    where entry.hasPrefix(lockPrefix) {
      let lock = FileLock(path: state.run.appending(entry))
      guard let held = try? lock.tryAcquire(reason: "removing it") else { continue }
      unlink(lock.path.string)
      withExtendedLifetime(held) {}
    }
  }

  private static let lockPrefix = "owner-"

  private static func lock(of command: String, in state: StateDirectory) -> FileLock {
    state.lock(lockPrefix + command)
  }
}
